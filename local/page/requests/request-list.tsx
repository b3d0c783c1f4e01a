import { requests } from "../data/state.ts";
import { verdictOf } from "../deliveries/filters.ts";
import { Empty } from "../parts/controls.tsx";
import { counted, t } from "../text/language.ts";
import { keyOf, RequestItem } from "./request-item.tsx";

const shownMax = 100;

/** The requests to the Data Stream API, of functions and of any other client, newest first. */
export function RequestList() {
  const verdict = verdictOf();
  const fitting = requests.value.filter((one) => ["", one.verdict].includes(verdict));
  if (fitting.length === 0) {
    return requests.value.length === 0 ? (
      <Empty icon="deliveries" title={t("requests.none")} text={t("requests.noneText")} />
    ) : (
      <Empty icon="search" title={t("requests.noMatch")} />
    );
  }
  return (
    <>
      <ul class="request-list scrolling">
        {fitting.slice(0, shownMax).map((request) => (
          <RequestItem key={keyOf(request)} request={request} />
        ))}
      </ul>
      <p class="foot">{counted("requests", Math.min(shownMax, fitting.length))}</p>
    </>
  );
}
