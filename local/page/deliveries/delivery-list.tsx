import { useRef } from "preact/hooks";
import { useKeys } from "../frame/keys.ts";
import { hrefOf } from "../frame/route.ts";
import { Button, Empty, Loading } from "../parts/controls.tsx";
import { Icon } from "../parts/icon.tsx";
import { timeInKorea, timeOfDay } from "../parts/time.ts";
import { oneLine } from "../parts/visible.ts";
import { asNumber, t } from "../text/language.ts";
import { type Delivery, nameOf } from "./delivery.ts";
import { filtered, hrefOfDelivery, setSearch } from "./filters.ts";
import { deliveries, deliveriesMax } from "./load-deliveries.ts";
import { OutcomeBadge } from "./outcome-badge.tsx";

const reasonCharactersMax = 200;

export function DeliveryList({ openId }: { readonly openId: string | undefined }) {
  const all = deliveries.value;
  if (all === undefined) {
    return <Loading />;
  }
  if (all.length === 0) {
    return <NoCalls />;
  }
  const fitting = filtered(all);
  return (
    <>
      <div class="call-heads" aria-hidden="true">
        <span>{t("deliveries.column.time")}</span>
        <span>{t("deliveries.column.call")}</span>
        <span>{t("deliveries.column.outcome")}</span>
        <span class="status">{t("deliveries.column.status")}</span>
        <span class="took">{t("deliveries.column.took")}</span>
      </div>
      {fitting.length === 0 ? (
        <Empty icon="search" title={t("deliveries.noMatch", { count: asNumber(all.length) })}>
          <Button onClick={() => setSearch({ function: "", source: "", outcome: "" })}>
            {t("deliveries.clear")}
          </Button>
        </Empty>
      ) : (
        <Rows list={fitting} openId={openId} />
      )}
      <p class="foot" id="deliveries-note">
        {t(all.length === 1 ? "deliveries.count.one" : "deliveries.count.other", {
          count: asNumber(fitting.length),
        })}
        {all.length === deliveriesMax &&
          ` ${t("deliveries.full", { count: asNumber(deliveriesMax) })}`}
      </p>
    </>
  );
}

function NoCalls() {
  return (
    <Empty icon="deliveries" title={t("deliveries.none")} text={t("deliveries.noneText")}>
      <a class="button" href={hrefOf("send")}>
        <Icon name="send" />
        <span>{t("deliveries.send")}</span>
      </a>
    </Empty>
  );
}

type RowsProps = { readonly list: readonly Delivery[]; readonly openId: string | undefined };

function Rows({ list, openId }: RowsProps) {
  const box = useRef<HTMLUListElement>(null);
  const move = (steps: number) => {
    const links = [...(box.current?.querySelectorAll("a") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement || link.ariaCurrent);
    const next = links[Math.min(links.length - 1, Math.max(0, at + steps))];
    next?.focus();
    // With a call open, the keys go from call to call.
    if (openId !== undefined) {
      next?.click();
    }
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: inRows(() => move(1)),
    ArrowUp: inRows(() => move(-1)),
  });
  return (
    <ul class="calls" ref={box} aria-label={t("deliveries.list")}>
      {list.map((delivery) => (
        <Row key={delivery.id} delivery={delivery} isOpen={delivery.id === openId} />
      ))}
    </ul>
  );
}

/** Arrow keys scroll elsewhere, so they move only between rows. */
function inRows(run: () => void): () => unknown {
  return () => (document.activeElement?.matches(".calls a") ? run() : false);
}

type RowProps = { readonly delivery: Delivery; readonly isOpen: boolean };

function Row({ delivery, isOpen }: RowProps) {
  const { id, time, durationMs, status, reason } = delivery;
  const told = oneLine(reason, reasonCharactersMax);
  return (
    <li>
      <a class="call" href={hrefOfDelivery(id)} aria-current={isOpen ? "true" : undefined}>
        <time class="time" title={timeInKorea(time)}>
          {timeOfDay(time)}
        </time>
        <CallName delivery={delivery} />
        <span class="outcome">
          <OutcomeBadge delivery={delivery} />
          <span class="reason" title={told}>
            {told}
          </span>
        </span>
        <span class="status">{status ?? "—"}</span>
        <span class="took">{asNumber(durationMs)} ms</span>
      </a>
    </li>
  );
}

function CallName({ delivery }: { readonly delivery: Delivery }) {
  const { function: name, source, trigger } = delivery;
  return (
    <span class="name" title={nameOf(delivery)}>
      <b>{name}</b> <span>{source ?? t(`trigger.${trigger}`)}</span>
    </span>
  );
}
