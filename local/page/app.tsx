import { useState } from "preact/hooks";
import { Header } from "./frame/header.tsx";
import { Help } from "./frame/help.tsx";
import { useKeys } from "./frame/keys.ts";
import { Rail } from "./frame/rail.tsx";
import { go, hrefOf, route, type View, views } from "./frame/route.ts";
import { isSendOpen, leaveSend } from "./frame/send-state.ts";
import { Toast } from "./parts/toast.tsx";
import { t } from "./text/language.ts";
import { Deliveries } from "./views/deliveries.tsx";
import { FaultsBanner, FaultsView } from "./views/faults.tsx";
import { Messages } from "./views/messages.tsx";
import { Send } from "./views/send.tsx";
import { Topics } from "./views/topics.tsx";

const shown = {
  messages: Messages,
  send: Messages,
  deliveries: Deliveries,
  topics: Topics,
  faults: FaultsView,
};
const viewKeys = Object.fromEntries(
  views.map((view, index) => [`${index + 1}`, () => goToView(view)]),
);

function goToView(view: View): void {
  leaveSend();
  go(hrefOf(view));
}

export function App() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const View = shown[route.value.view];
  useKeys({ ...viewKeys, "?": () => setHelpOpen(true), s: () => go(hrefOf("send")) });
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById("content")?.focus()}
      >
        {t("page.skip")}
      </button>
      <Header onHelp={() => setHelpOpen(true)} />
      <Rail />
      <main id="content" tabIndex={-1} data-view={route.value.view}>
        <FaultsBanner />
        <div class="beside">
          <View />
          {isSendOpen.value && <Send />}
        </div>
      </main>
      <Toast />
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </>
  );
}
