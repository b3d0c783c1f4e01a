import { Empty } from "../parts/controls.tsx";
import { t } from "../text/language.ts";

export function Messages() {
  return (
    <section class="view messages">
      <Empty icon="messages" title={t("messages.empty")} text={t("messages.emptyText")} />
    </section>
  );
}
