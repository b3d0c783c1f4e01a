import { closeSend } from "../frame/send-state.ts";
import { Drawer } from "../parts/drawer.tsx";
import { t } from "../text/language.ts";

export function Send() {
  return (
    <Drawer title={t("view.send")} onClose={closeSend}>
      <p class="muted">{t("common.none")}</p>
    </Drawer>
  );
}
