import type { ComponentChildren } from "preact";
import type { ShownReply, ShownRequest } from "../../deliveries/shown-body.ts";
import { isLoaded, requests } from "../data/state.ts";
import { JsonView, TextBlock } from "../parts/json-view.tsx";
import { timeInKorea } from "../parts/time.ts";
import { visible } from "../parts/visible.ts";
import { CursorLink, RecordLinks } from "../requests/record-link.tsx";
import { keyOf, type LoggedRequest, RequestItem } from "../requests/request-item.tsx";
import { asNumber, asSize, t, textOr } from "../text/language.ts";
import { type Delivery, ownReason } from "./delivery.ts";
import { hrefOfDelivery } from "./filters.ts";
import { OutcomeBadge } from "./outcome-badge.tsx";

/** A call from the reason down to the bytes: what became of it, what it left, what came in, what was answered. */
export function DeliveryBody({ delivery }: { readonly delivery: Delivery }) {
  return (
    <>
      <Ending delivery={delivery} />
      <Left delivery={delivery} />
      <CameIn delivery={delivery} />
      <Answered delivery={delivery} />
      <Log lines={delivery.log ?? []} />
    </>
  );
}

function Ending({ delivery }: { readonly delivery: Delivery }) {
  const { outcome, status, durationMs, time, trigger, code, page } = delivery;
  const reason = ownReason(delivery);
  return (
    <div class="ending">
      <p class="ending-line">
        <OutcomeBadge delivery={delivery} />
        {status !== null && <b>{status}</b>}
        <span>{asNumber(durationMs)} ms</span>
        <span class="muted">
          {t(`trigger.${trigger}`)} · {timeInKorea(time)}
        </span>
      </p>
      <p class="reason">
        {reason === "" ? textOr(`outcome.${outcome}.text`, "") : visible(reason)}
      </p>
      {(page ?? code) !== null && <code class="muted">{page ?? code}</code>}
      <Diagnosis delivery={delivery} />
      {delivery.replayOf !== null && (
        <p>
          <a href={hrefOfDelivery(delivery.replayOf)}>{t("delivery.replayOf")}</a>
        </p>
      )}
      <Duplicate delivery={delivery} />
    </div>
  );
}

function Diagnosis({ delivery: { diagnosis } }: { readonly delivery: Delivery }) {
  return diagnosis === null ? null : (
    <dl class="advice">
      <div>
        <dt>{t("requests.mistake")}</dt>
        <dd>{visible(diagnosis.likelyMistake)}</dd>
      </div>
      <div>
        <dt>{t("requests.fix")}</dt>
        <dd>{visible(diagnosis.fix)}</dd>
      </div>
    </dl>
  );
}

function Duplicate({ delivery: { duplicate, duplicateOf } }: { readonly delivery: Delivery }) {
  return duplicate ? (
    <p class="duplicate">
      {t("delivery.duplicateText")} {duplicateOf !== null && <CursorLink cursor={duplicateOf} />}
    </p>
  ) : null;
}

/** The records that it left, and the requests that it made. */
function Left({ delivery }: { readonly delivery: Delivery }) {
  const all: readonly LoggedRequest[] = requests.value;
  const made = all.filter(({ id }) => id !== undefined && delivery.requests.includes(id));
  const unknown = delivery.requests.length - made.length;
  return (
    <>
      <Section title={t("delivery.records")}>
        {delivery.records.length === 0 ? (
          <p class="muted">{t("delivery.noRecords")}</p>
        ) : (
          <RecordLinks cursors={delivery.records} />
        )}
      </Section>
      {delivery.requests.length > 0 && (
        <Section title={t("delivery.requests")}>
          <ul class="request-list">
            {made.map((request) => (
              <RequestItem key={keyOf(request)} request={request} />
            ))}
          </ul>
          {isLoaded.value && unknown > 0 && (
            <p class="muted">{t("delivery.requestsGone", { count: asNumber(unknown) })}</p>
          )}
        </Section>
      )}
    </>
  );
}

function CameIn({ delivery: { request, event } }: { readonly delivery: Delivery }) {
  const title = t("delivery.cameIn");
  return request === null ? (
    <Section title={title}>
      <JsonView text={JSON.stringify(event)} label={title} />
    </Section>
  ) : (
    <Section title={title} line={`${request.method} ${request.path}`}>
      <Content content={request} label={title} />
    </Section>
  );
}

function Answered({ delivery: { reply } }: { readonly delivery: Delivery }) {
  const title = t("delivery.answered");
  return "result" in reply ? (
    <Section title={title}>
      <JsonView text={JSON.stringify(reply.result)} label={title} />
    </Section>
  ) : (
    <Section title={title} line={`${reply.status}`}>
      <Content content={reply} label={title} />
    </Section>
  );
}

function Log({ lines }: { readonly lines: readonly unknown[] }) {
  return lines.length === 0 ? null : (
    <details class="part">
      <summary>{t("delivery.log", { count: asNumber(lines.length) })}</summary>
      {lines.map((line, index) => (
        <JsonView key={index} text={JSON.stringify(line)} label={t("delivery.logLine")} />
      ))}
    </details>
  );
}

type SectionProps = {
  readonly title: string;
  readonly line?: string;
  readonly children: ComponentChildren;
};

function Section({ title, line, children }: SectionProps) {
  return (
    <section class="part" aria-label={title}>
      <h3>
        {title} {line && <code>{visible(line)}</code>}
      </h3>
      {children}
    </section>
  );
}

type ContentProps = { readonly content: ShownRequest | ShownReply; readonly label: string };

function Content({ content, label }: ContentProps) {
  const { headers, body, bodyEncoding, bodyBytes } = content;
  const entries = Object.entries(headers);
  return (
    <>
      {bodyEncoding === "base64" ? (
        <>
          <p class="note">{t("delivery.notText", { size: asSize(bodyBytes) })}</p>
          <TextBlock label={label}>{body}</TextBlock>
        </>
      ) : (
        <JsonView text={body.trimEnd()} label={label} />
      )}
      {entries.length > 0 && (
        <details open={"method" in content}>
          <summary>{t("delivery.headers", { count: asNumber(entries.length) })}</summary>
          <dl class="facts">
            {entries.map(([name, value]) => (
              <div key={name}>
                <dt>{visible(name)}</dt>
                <dd>{visible(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}
