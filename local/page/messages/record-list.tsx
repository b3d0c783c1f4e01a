import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { useKeys } from "../frame/keys.ts";
import { t } from "../text/language.ts";
import { RecordRow } from "./record-row.tsx";
import type { Entry } from "./record-store.ts";
import { firstAfter } from "./shown-records.ts";

const rowsBeyond = 8;
const rowPxUsual = 36;

type ListProps = {
  /** Oldest first; the list shows the newest first. */
  readonly entries: readonly Entry[];
  readonly open: Entry | undefined;
  readonly onOpen: (entry: Entry) => void;
};

const entryAt = (entries: readonly Entry[], index: number) => entries[entries.length - 1 - index];

/** Returns the index of a cursor, or the index where it would be: a dropped record leaves its place to the next. */
function indexOf(entries: readonly Entry[], cursor: number): number {
  return Math.max(0, entries.length - 1 - firstAfter(entries, cursor - 1));
}

/** A list of any length that holds only the rows in sight as elements. */
export function RecordList({ entries, open, onOpen }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const rowPx = useRowPx(box);
  const rows = useRows(box, { count: entries.length, rowPx });
  const keepAnchor = useAnchor(box, entries, rowPx);
  const [active, setActive] = useState<number | undefined>(open?.cursor);
  useEffect(() => {
    if (open !== undefined) {
      setActive(open.cursor);
      rows.scrollToIndex(indexOf(entries, open.cursor));
    }
  }, [open?.cursor]);
  const activeIndex = active === undefined ? -1 : indexOf(entries, active);

  const choose = (index: number) => {
    const chosen = entryAt(entries, Math.min(entries.length - 1, Math.max(0, index)));
    if (chosen === undefined) {
      return false;
    }
    setActive(chosen.cursor);
    rows.scrollToIndex(indexOf(entries, chosen.cursor));
    if (open !== undefined) {
      onOpen(chosen);
    }
    return true;
  };
  const pageRows = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowPx) - 1);
  const inList = (run: () => unknown) => () =>
    document.activeElement?.matches("body, main, h2, [role=listbox]") === true && run();
  const openActive = inList(() => {
    const entry = activeIndex < 0 ? undefined : entryAt(entries, activeIndex);
    return entry !== undefined && onOpen(entry);
  });
  useKeys({
    j: () => choose(activeIndex + 1),
    k: () => choose(activeIndex - 1),
    ArrowDown: inList(() => choose(activeIndex + 1)),
    ArrowUp: inList(() => choose(activeIndex - 1)),
    PageDown: inList(() => choose(activeIndex + pageRows)),
    PageUp: inList(() => choose(activeIndex - pageRows)),
    Home: inList(() => choose(0)),
    End: inList(() => choose(entries.length - 1)),
    Enter: openActive,
    " ": openActive,
  });
  return (
    <div
      class="rows"
      id="records"
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label={t("messages.list")}
      aria-activedescendant={activeIndex < 0 ? undefined : `record-${active}`}
      onScroll={keepAnchor}
    >
      <div class="canvas" role="presentation" style={{ height: `${rows.getTotalSize()}px` }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const entry = entryAt(entries, index);
          return (
            entry && (
              <RecordRow
                key={entry.cursor}
                entry={entry}
                topPx={start}
                isActive={entry.cursor === active}
                isOpen={entry.cursor === open?.cursor}
                onOpen={onOpen}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

type Box = RefObject<HTMLDivElement | null>;

/** Reads the height of a row from the styles, which have a taller one where the list is narrow. */
function useRowPx(box: Box): number {
  const [rowPx, setRowPx] = useState(rowPxUsual);
  useLayoutEffect(() => {
    const canvas = box.current?.firstElementChild;
    if (!canvas) {
      return;
    }
    const read = () =>
      setRowPx(
        Number.parseFloat(getComputedStyle(canvas).getPropertyValue("--row-px")) || rowPxUsual,
      );
    read();
    const observer = new ResizeObserver(read);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, []);
  return rowPx;
}

function useRows(box: Box, { count, rowPx }: { readonly count: number; readonly rowPx: number }) {
  const [, redraw] = useReducer((draws: number, _: undefined) => draws + 1, 0);
  const options = {
    count,
    estimateSize: () => rowPx,
    getScrollElement: () => box.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: rowsBeyond,
    onChange: () => redraw(undefined),
  };
  const [rows] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  useLayoutEffect(() => rows.measure(), [rowPx]);
  return rows;
}

/** Keeps a scrolled reader at the same records while new ones arrive above. */
function useAnchor(box: Box, entries: readonly Entry[], rowPx: number): () => void {
  const anchor = useRef<{ readonly cursor: number; readonly index: number } | undefined>(undefined);
  const keep = () => {
    const index = Math.floor((box.current?.scrollTop ?? 0) / rowPx);
    const cursor = entryAt(entries, index)?.cursor;
    anchor.current = cursor === undefined || index === 0 ? undefined : { cursor, index };
  };
  useLayoutEffect(() => {
    const kept = anchor.current;
    if (kept === undefined || box.current === null) {
      return;
    }
    const moved = indexOf(entries, kept.cursor) - kept.index;
    if (moved !== 0) {
      anchor.current = { ...kept, index: kept.index + moved };
      box.current.scrollTop += moved * rowPx;
    }
  });
  return keep;
}
