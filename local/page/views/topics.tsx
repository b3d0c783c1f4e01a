import { t } from "../text/language.ts";

export function Topics() {
  return (
    <section class="view">
      <h2>{t("view.topics")}</h2>
    </section>
  );
}
