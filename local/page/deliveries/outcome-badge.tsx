import { Badge } from "../parts/controls.tsx";
import { t, textOr } from "../text/language.ts";
import { type Delivery, toneOf } from "./delivery.ts";

/** Shows the outcome of a call in a word, and marks an event that the topic had before. */
export function OutcomeBadge({ delivery }: { readonly delivery: Delivery }) {
  const { outcome, duplicate } = delivery;
  return (
    <>
      <Badge tone={toneOf(delivery)}>{textOr(`outcome.${outcome}`, outcome)}</Badge>
      {duplicate && <Badge tone="warn">{t("delivery.duplicate")}</Badge>}
    </>
  );
}
