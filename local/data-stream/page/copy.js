import { element, find } from "./dom.js";
import { t } from "./text/language.js";

/**
 * Copies a text. `make` may have to fetch it first. If the clipboard is blocked, the text is shown for copying by
 * hand.
 */
export async function copyText(make) {
  const note = find("copy-note");
  try {
    const text = await make();
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    note.textContent = t(isCopied ? "record.copied" : "record.copyByHand");
    if (!isCopied) {
      note.append(element("pre", { tabIndex: 0 }, text));
    }
  } catch (error) {
    note.textContent = t("common.error", { problem: error.message });
  }
}
