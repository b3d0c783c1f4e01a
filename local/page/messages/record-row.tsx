import { timeInKorea, timeOfDay } from "../parts/time.ts";
import { oneLine } from "../parts/visible.ts";
import { dataOf } from "./cloud-event.ts";
import type { Entry } from "./record-store.ts";

/** A row is one line. The browser would cut off more text, and a screen reader would read it all. */
const rowCharactersMax = 200;
const shownTypeParts = 2;
/** The texts of rows that were drawn, because reading the data out of a value takes time. */
const texts = new WeakMap<Entry, ReturnType<typeof toTexts>>();

function toTexts({ value, key, type, ...entry }: Entry) {
  return {
    data: oneLine(dataOf(value), rowCharactersMax),
    key: oneLine(key, rowCharactersMax),
    type: oneLine(type, rowCharactersMax),
    shortType: oneLine(shortType(type), rowCharactersMax),
    topic: oneLine(entry.topic, rowCharactersMax),
  };
}

/** Cuts a long type in front, because its end tells more: `com.example.payment.paid` becomes `…payment.paid`. */
function shortType(type: string): string {
  const parts = type.split(".");
  return parts.length > shownTypeParts ? `…${parts.slice(-shownTypeParts).join(".")}` : type;
}

function textsOf(entry: Entry) {
  const known = texts.get(entry) ?? toTexts(entry);
  texts.set(entry, known);
  return known;
}

type RowProps = {
  readonly entry: Entry;
  readonly topPx: number;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly onOpen: (entry: Entry) => void;
};

/** A row of the list. Its text is also its name for screen readers, so that everybody gets the same words. */
export function RecordRow({ entry, topPx, isActive, isOpen, onOpen }: RowProps) {
  const { data, key, type, shortType: short, topic } = textsOf(entry);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys, and tells which row is active.
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, as a listbox does.
    <div
      class={isActive ? "row active" : "row"}
      id={`record-${entry.cursor}`}
      role="option"
      aria-selected={isOpen || isActive}
      aria-current={isOpen}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={() => onOpen(entry)}
    >
      <span class="time" title={timeInKorea(entry.timestamp)}>
        {timeOfDay(entry.timestamp)}
      </span>{" "}
      <span class="type" title={type}>
        {short || "—"}
      </span>{" "}
      <span class="key" title={key}>
        {key || "—"}
      </span>{" "}
      <span class="data">{data || "—"}</span>{" "}
      <span class="topic" title={topic}>
        {topic}
      </span>{" "}
      <span class="place">
        {entry.partition} · {entry.offset}
      </span>
    </div>
  );
}
