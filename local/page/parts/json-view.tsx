import type { ComponentChildren } from "preact";
import { asNumber, t } from "../text/language.ts";
import { isJson, prettyTokens } from "./json-text.ts";
import { visible } from "./visible.ts";

export const shownCharactersMax = 200_000;
/** More tokens than these are shown without colours: an element for each would make the page slow. */
const colouredTokensMax = 20_000;

type TextProps = {
  readonly label: string;
  readonly class?: string;
  readonly children: ComponentChildren;
};

/** A block of text. It can be reached by keyboard, because it may scroll. */
export function TextBlock({ label, children, ...others }: TextProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    // biome-ignore lint/a11y/useSemanticElements: a group needs no fieldset, and text keeps its blanks in pre.
    <pre tabIndex={0} role="group" dir="ltr" aria-label={label} class={others.class}>
      {children}
    </pre>
  );
}

type CutProps = {
  readonly text: string;
  readonly charactersMax?: number;
  readonly isRaw?: boolean;
};

/** The beginning of a text, and a note if there is more. Raw text keeps its invisible characters. */
export function CutText({ text, charactersMax = shownCharactersMax, isRaw = false }: CutProps) {
  const shown = text.slice(0, charactersMax);
  const values = { shown: asNumber(charactersMax), count: asNumber(text.length) };
  return (
    <>
      {isRaw ? shown : visible(shown)}
      {text.length > charactersMax && <span class="muted"> {t("common.cut", values)}</span>}
    </>
  );
}

/** JSON, formatted and coloured, every number as it was written. Other text is shown as it is, with a note. */
export function JsonView({ text, label }: { readonly text: string; readonly label: string }) {
  if (!isJson(text)) {
    return (
      <>
        {text !== "" && <p class="note">{t("message.notJson")}</p>}
        <TextBlock label={label}>
          {text === "" ? <span class="muted">{t("common.empty")}</span> : <CutText text={text} />}
        </TextBlock>
      </>
    );
  }
  const tokens = prettyTokens(text);
  const pretty = tokens.map((token) => token.text).join("");
  const isColoured = tokens.length <= colouredTokensMax && pretty.length <= shownCharactersMax;
  return (
    <TextBlock label={label} class="json">
      {isColoured ? (
        tokens.map(({ kind, text: shown }) =>
          kind === "mark" ? shown : <span class={kind}>{visible(shown)}</span>,
        )
      ) : (
        <CutText text={pretty} />
      )}
    </TextBlock>
  );
}
