import { t } from "../text/language.ts";

export function Deliveries() {
  return (
    <section class="view">
      <h2>{t("view.deliveries")}</h2>
    </section>
  );
}
