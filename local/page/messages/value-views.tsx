import { store } from "../data/state.ts";
import { isJson, prettyJson } from "../parts/json-text.ts";
import { CutText, JsonView, shownCharactersMax, TextBlock } from "../parts/json-view.tsx";
import { timeInKorea } from "../parts/time.ts";
import { visible } from "../parts/visible.ts";
import { asNumber, t } from "../text/language.ts";
import { dataOf } from "./cloud-event.ts";
import { diffLines, withContext } from "./line-diff.ts";
import type { Entry } from "./record-store.ts";

export const valueViews = ["data", "event", "raw", "hex", "diff"] as const;
export type ValueViewName = (typeof valueViews)[number];

const hexBytesMax = 2048;
const hexLineBytes = 16;
const marks = { added: "+ ", removed: "− ", same: "  ", gap: "  " };

type Props = { readonly entry: Entry };

export function ValueView({ entry, view }: Props & { readonly view: ValueViewName }) {
  const label = t(`message.${view}`);
  switch (view) {
    case "data":
      return <JsonView text={dataOf(entry.value)} label={label} />;
    case "event":
      return <JsonView text={entry.value} label={label} />;
    case "raw":
      return (
        <TextBlock label={label}>
          <CutText text={entry.value} isRaw />
        </TextBlock>
      );
    case "hex":
      return <HexView entry={entry} />;
    case "diff":
      return <DiffView entry={entry} />;
  }
}

function HexView({ entry: { value } }: Props) {
  const count = new TextEncoder().encode(value).length;
  // UTF-8 needs at least half as many bytes as UTF-16 has code units, so this much text is enough.
  const bytes = new TextEncoder().encode(value.slice(0, hexBytesMax)).subarray(0, hexBytesMax);
  const lines = [];
  for (let at = 0; at < bytes.length; at += hexLineBytes) {
    lines.push(hexLine(at, bytes.subarray(at, at + hexLineBytes)));
  }
  const words = { shown: asNumber(hexBytesMax), count: asNumber(count) };
  return (
    <>
      {count > hexBytesMax && <p class="note">{t("message.hexCut", words)}</p>}
      <TextBlock label={t("message.hex")} class="hex">
        {lines.join("\n")}
      </TextBlock>
    </>
  );
}

function hexLine(at: number, bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const shown = [...bytes].map((byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·",
  );
  const offset = at.toString(16).padStart(4, "0");
  return `${offset}  ${hex.padEnd(hexLineBytes * 3 - 1)}  ${shown.join("")}`;
}

function DiffView({ entry }: Props) {
  const before = store.before(entry);
  if (before === undefined) {
    return <p class="note">{t("message.diffNone")}</p>;
  }
  const lines = diffLines(comparable(before.value), comparable(entry.value));
  if (lines === undefined) {
    return <p class="note">{t("message.diffLong")}</p>;
  }
  const { partition, offset, timestamp } = before;
  const isSame = lines.every(({ kind }) => kind === "same");
  return (
    <>
      <p class="note">
        {t("message.diffFrom", { partition, offset, time: timeInKorea(timestamp) })}
      </p>
      {isSame ? (
        <p class="note">{t("message.diffSame")}</p>
      ) : (
        <TextBlock label={t("message.diff")} class="diff">
          {withContext(lines).map(({ kind, text }) => (
            <span class={kind}>{`${marks[kind]}${visible(text)}\n`}</span>
          ))}
        </TextBlock>
      )}
    </>
  );
}

function comparable(value: string): string {
  const shown = value.slice(0, shownCharactersMax);
  return isJson(shown) ? prettyJson(shown) : shown;
}
