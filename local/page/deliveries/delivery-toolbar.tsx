import { hrefOf } from "../frame/route.ts";
import { Choice } from "../parts/controls.tsx";
import { Icon } from "../parts/icon.tsx";
import { t, textOr } from "../text/language.ts";
import {
  choicesOf,
  type FilterName,
  filterNames,
  filterOf,
  setSearch,
  shownList,
  verdictOf,
} from "./filters.ts";
import { deliveries } from "./load-deliveries.ts";

/** While a call is open, its own button is the primary one, and the only one. */
export function DeliveryToolbar({ isDetailOpen }: { readonly isDetailOpen: boolean }) {
  const shown = shownList();
  return (
    <div class="toolbar">
      <Choice
        label={t("deliveries.show")}
        values={[
          ["calls", t("deliveries.calls")],
          ["requests", t("deliveries.requests")],
        ]}
        chosen={shown}
        onChoose={(show) => setSearch({ show: show === "calls" ? "" : show })}
      />
      {shown === "calls" && filterNames.map((name) => <Filter key={name} name={name} />)}
      {shown === "requests" && <VerdictFilter />}
      {!isDetailOpen && (
        <div class="toolbar-end">
          <a class="button primary" href={hrefOf("send")}>
            <Icon name="send" />
            <span>{t("view.send")}</span>
          </a>
        </div>
      )}
    </div>
  );
}

function Filter({ name }: { readonly name: FilterName }) {
  const value = filterOf(name);
  return (
    <select
      class="filter"
      data-on={value !== ""}
      aria-label={t(`deliveries.filter.${name}`)}
      value={value}
      onChange={({ currentTarget }) => setSearch({ [name]: currentTarget.value })}
    >
      <option value="">{t(`deliveries.all.${name}`)}</option>
      {choicesOf(name, deliveries.value ?? []).map((choice) => (
        <option key={choice} value={choice}>
          {name === "outcome" ? textOr(`outcome.${choice}`, choice) : choice}
        </option>
      ))}
    </select>
  );
}

function VerdictFilter() {
  const verdicts = ["accepted", "refused", "faulted"] as const;
  return (
    <select
      class="filter"
      aria-label={t("requests.verdict")}
      value={verdictOf()}
      onChange={({ currentTarget }) => setSearch({ verdict: currentTarget.value })}
    >
      <option value="">{t("requests.all")}</option>
      {verdicts.map((verdict) => (
        <option key={verdict} value={verdict}>
          {t(`verdict.${verdict}`)}
        </option>
      ))}
    </select>
  );
}
