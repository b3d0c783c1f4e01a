import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../parts/controls.tsx";
import { type TextKey, t } from "../text/language.ts";

const keys: readonly (readonly [string, TextKey])[] = [
  ["j k ↓ ↑", "keys.move"],
  ["Enter", "keys.open"],
  ["/", "keys.search"],
  ["p", "keys.pause"],
  ["s", "keys.send"],
  ["1 2 3 4", "keys.views"],
  ["Esc", "keys.close"],
  ["?", "keys.help"],
];

export function Help({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="help" aria-label={t("keys.title")} onClose={onClose}>
      <header>
        <h2>{t("keys.title")}</h2>
        <IconButton
          icon="close"
          label={t("common.close")}
          onClick={() => dialog.current?.close()}
        />
      </header>
      <dl>
        {keys.map(([names, text]) => (
          <div key={text}>
            <dt>
              {names.split(" ").map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
