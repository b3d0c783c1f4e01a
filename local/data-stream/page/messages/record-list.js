import { onNextFrame } from "../dom.js";
import { recordRow } from "./record-row.js";

/** The rows beyond the visible ones, so that scrolling shows no blank. */
const rowsBeyond = 8;

/**
 * Creates a list of any length, newest first, that holds only the visible rows as elements. A row stays the same
 * element as long as it is held, so that a click on a moving row still reaches it.
 */
export function createRecordList({ box, canvas, onOpen }) {
  const state = { entries: [], rows: new Map(), active: undefined, anchor: undefined };
  const list = { box, canvas, state, onOpen };
  const draw = onNextFrame(() => drawRows(list));
  box.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(box);
  box.addEventListener("keydown", (event) => onKey(list, event));
  box.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row !== null) {
      open(list, indexOf(list, Number(row.dataset.cursor)));
    }
  });
  return {
    /** Shows entries, which are ordered oldest first. It is called within a frame. */
    show(entries) {
      state.entries = entries;
      drawRows(list);
    },
    forgetRows() {
      for (const row of state.rows.values()) {
        row.remove();
      }
      state.rows.clear();
      draw();
    },
    focus: () => box.focus(),
  };
}

const entryAt = ({ state }, index) => state.entries[state.entries.length - 1 - index];

/** Returns the index of a cursor, or the index where it would be: a dropped record leaves its place to the next. */
function indexOf({ state: { entries } }, cursor) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].cursor < cursor) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Math.max(0, entries.length - 1 - low);
}

function rowHeightPx({ box }) {
  return Number.parseFloat(getComputedStyle(box).getPropertyValue("--row-px")) || 36;
}

function drawRows(list) {
  const { box, canvas, state } = list;
  const height = rowHeightPx(list);
  canvas.style.height = `${state.entries.length * height}px`;
  keepPlace(list, height);
  const first = Math.max(0, Math.floor(box.scrollTop / height) - rowsBeyond);
  const count = Math.ceil(box.clientHeight / height) + 2 * rowsBeyond;
  const last = Math.min(state.entries.length, first + count);
  const shown = new Set(Array.from({ length: last - first }, (_, step) => first + step));
  if (state.active !== undefined && state.entries.length > 0) {
    shown.add(indexOf(list, state.active));
  }
  placeRows(
    list,
    [...shown].toSorted((left, right) => left - right),
    height,
  );
  const top = Math.floor(box.scrollTop / height);
  state.anchor = { cursor: entryAt(list, top)?.cursor, index: top };
}

/** Keeps a scrolled reader at the same records while new ones arrive above. */
function keepPlace(list, height) {
  const { box, state } = list;
  if (box.scrollTop > height / 2 && state.anchor?.cursor !== undefined) {
    const moved = indexOf(list, state.anchor.cursor) - state.anchor.index;
    if (moved > 0 && Math.floor(box.scrollTop / height) === state.anchor.index) {
      box.scrollTop += moved * height;
    }
  }
}

function placeRows(list, indexes, height) {
  const { box, canvas, state } = list;
  // Rows are found by the entry itself: after a restart of the emulator, a cursor may belong to another record.
  const entries = new Set(indexes.map((index) => entryAt(list, index)));
  for (const [entry, row] of state.rows) {
    if (!entries.has(entry)) {
      row.remove();
      state.rows.delete(entry);
    }
  }
  let before = null;
  for (const index of indexes.toReversed()) {
    const entry = entryAt(list, index);
    const row = state.rows.get(entry) ?? recordRow(entry);
    state.rows.set(entry, row);
    row.style.transform = `translateY(${index * height}px)`;
    row.setAttribute("aria-posinset", index + 1);
    row.setAttribute("aria-setsize", state.entries.length);
    row.setAttribute("aria-selected", entry.cursor === state.active);
    // A row in the right position stays there: taking it out and back would lose a click in progress.
    if (row.parentNode !== canvas || row.nextSibling !== before) {
      canvas.insertBefore(row, before);
    }
    before = row;
  }
  const active = canvas.querySelector('[aria-selected="true"]');
  if (active === null) {
    box.removeAttribute("aria-activedescendant");
  } else {
    box.setAttribute("aria-activedescendant", active.id);
  }
}

function onKey(list, event) {
  const { box, state } = list;
  const page = Math.max(1, Math.floor(box.clientHeight / rowHeightPx(list)) - 1);
  const last = state.entries.length - 1;
  const at = state.active === undefined ? -1 : indexOf(list, state.active);
  const moves = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  };
  if (event.altKey || event.ctrlKey || event.metaKey || last < 0) {
    return;
  }
  if (Object.hasOwn(moves, event.key)) {
    event.preventDefault();
    choose(list, Math.min(last, Math.max(0, moves[event.key])));
  } else if ((event.key === "Enter" || event.key === " ") && at >= 0) {
    event.preventDefault();
    open(list, at);
  }
}

function choose(list, index) {
  const { box, state } = list;
  const height = rowHeightPx(list);
  state.active = entryAt(list, index)?.cursor;
  const top = index * height;
  box.scrollTop = Math.min(top, Math.max(box.scrollTop, top + height - box.clientHeight));
  state.anchor = undefined;
  drawRows(list);
}

function open(list, index) {
  choose(list, index);
  list.onOpen(entryAt(list, index));
}
