import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "../parts/controls.tsx";
import { t } from "../text/language.ts";

type ConfirmProps = {
  readonly title: string;
  readonly text: string;
  /** The name of the button that does it. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
};

/** Asks before something that cannot be undone. The focus is on the way back. */
export function Confirm({ title, text, action, onConfirm, onClose }: ConfirmProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const confirm = () => {
    dialog.current?.close();
    onConfirm();
  };
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      <p>{text}</p>
      <div class="actions">
        <Button onClick={() => dialog.current?.close()}>{t("topics.keep")}</Button>
        <button type="button" class="button danger" onClick={confirm}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
