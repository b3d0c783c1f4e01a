import { useEffect, useState } from "preact/hooks";
import { getJson } from "../data/api.ts";
import { hrefOf } from "../frame/route.ts";
import { isSendOpen } from "../frame/send-state.ts";
import { Empty, IconButton } from "../parts/controls.tsx";
import { Icon } from "../parts/icon.tsx";
import { copyText } from "../parts/toast.tsx";
import { t } from "../text/language.ts";

type Functions = {
  readonly sources: readonly { readonly name: string; readonly canSign: boolean }[];
};

/** Fills the view before the first message, and shows two ways to it. */
export function FirstEvent() {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    getJson<Functions>("/_/functions").then(
      ({ sources }) => setSource(sources.find(({ canSign }) => canSign)?.name),
      () => undefined,
    );
  }, []);
  return (
    <Empty icon="messages" title={t("messages.empty")} text={t("messages.emptyText")}>
      {!isSendOpen.value && (
        <a class="button primary" href={hrefOf("send")}>
          <Icon name="send" />
          <span>{t("messages.emptySend")}</span>
        </a>
      )}
      {source !== undefined && <Curl source={source} />}
    </Empty>
  );
}

/** The command sends a signed webhook of a source, as the Send button does. */
function Curl({ source }: { readonly source: string }) {
  const command = `curl -s ${location.origin}/_/functions/webhook -d '${JSON.stringify({ source })}'`;
  return (
    <>
      <p>{t("messages.emptyCurl")}</p>
      <div class="command">
        <code>{command}</code>
        <IconButton icon="copy" label={t("common.copy")} onClick={() => copyText(() => command)} />
      </div>
    </>
  );
}
