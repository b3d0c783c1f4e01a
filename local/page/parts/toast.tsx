import { signal } from "@preact/signals";
import { problemOf } from "../data/api.ts";
import { t } from "../text/language.ts";
import { Icon } from "./icon.tsx";
import { visible } from "./visible.ts";

const shownMs = 4000;

type Note = { readonly text: string; readonly isProblem: boolean; readonly copyByHand?: string };

const note = signal<Note | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

function show(shown: Note): void {
  clearTimeout(timer);
  note.value = shown;
  // A text that the reader has to copy stays until it is closed.
  if (shown.copyByHand === undefined) {
    timer = setTimeout(() => {
      note.value = undefined;
    }, shownMs);
  }
}

export function showNote(text: string): void {
  show({ text, isProblem: false });
}

export function showProblem(error: unknown): void {
  show({ text: t("common.error", { problem: visible(problemOf(error)) }), isProblem: true });
}

/**
 * Copies a text. `make` may have to fetch it first. If the clipboard is blocked, the text is shown for copying by
 * hand.
 */
export async function copyText(make: () => string | Promise<string>): Promise<void> {
  try {
    const text = await make();
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    show(
      isCopied
        ? { text: t("common.copied"), isProblem: false }
        : { text: t("common.copyByHand"), isProblem: false, copyByHand: text },
    );
  } catch (error) {
    showProblem(error);
  }
}

export function Toast() {
  const { text, isProblem, copyByHand } = note.value ?? { text: "", isProblem: false };
  return (
    <div class="toast-place" role="status">
      {text !== "" && (
        <div class={isProblem ? "toast problem" : "toast"}>
          <Icon name={isProblem ? "warning" : "check"} />
          <div>
            <p>{text}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
            {copyByHand && <pre tabIndex={0}>{copyByHand}</pre>}
          </div>
          <button
            type="button"
            class="button icon-only"
            aria-label={t("common.close")}
            onClick={() => {
              note.value = undefined;
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
