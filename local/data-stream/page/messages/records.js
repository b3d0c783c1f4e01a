import { find, onNextFrame } from "../dom.js";
import { asNumber, counted, onLanguage, t } from "../text/language.js";
import { openDetail, startDetail } from "./record-detail.js";
import { currentFilter, onFilter, showHidden } from "./record-filter.js";
import { createRecordList } from "./record-list.js";
import { loadNewest, loadOlder } from "./record-loader.js";
import { createRecordStore } from "./record-store.js";

/** A screen reader announces a burst once, not each record. */
const announceMs = 5000;

export const store = createRecordStore();
const view = { shown: [], hidden: 0, isPaused: false, came: 0, unspoken: 0, loads: 0 };
const list = createRecordList({
  box: find("records"),
  canvas: find("records-canvas"),
  onOpen: openRecord,
});
const draw = onNextFrame(() => {
  list.show(view.shown);
  note();
});

export function openRecord(entry) {
  openDetail(entry, store.before(entry));
}

/** Loads all records again: after a restart of the emulator, cursors and offsets may belong to other records. */
export async function loadRecords(topics) {
  view.loads += 1;
  const load = view.loads;
  const newest = await loadNewest(topics);
  store.clear();
  store.add(newest.records);
  refilter();
  fillUp(newest, load).catch(() => undefined);
}

async function fillUp(newest, load) {
  for await (const records of loadOlder(newest)) {
    if (load !== view.loads || store.isFull()) {
      return;
    }
    store.add(records);
    refilter();
  }
}

/** Adds live records, all that arrived since the last frame at once. */
export function addRecords(records) {
  const entries = store.add(records);
  view.came += view.isPaused ? entries.length : 0;
  view.unspoken += entries.length;
  if (!view.isPaused) {
    const { fits, isHidden } = currentFilter();
    const fitting = entries.filter(fits);
    view.hidden += fitting.filter(isHidden).length;
    view.shown.push(...fitting.filter((entry) => !isHidden(entry)));
    const oldest = store.entries()[0]?.cursor ?? 0;
    const kept = view.shown.findIndex(({ cursor }) => cursor >= oldest);
    view.shown.splice(0, kept === -1 ? view.shown.length : kept);
  }
  draw();
  return entries;
}

/** Removes records before a partition's first offset: they were emptied or dropped, here or by another client. */
export function removeDropped(topics) {
  const partitionsOf = new Map(topics.map(({ name, partitions }) => [name, partitions]));
  const isGone = ({ topic, partition, offset }) =>
    offset < (partitionsOf.get(topic)?.[partition]?.first ?? 0);
  if (store.removeWhere(isGone)) {
    refilter();
  }
}

/** Applies the filters. While paused, the shown records stay, and new ones are kept all the same. */
function refilter() {
  if (view.isPaused) {
    return;
  }
  const { fits, isHidden } = currentFilter();
  const fitting = store.entries().filter(fits);
  view.shown = fitting.filter((entry) => !isHidden(entry));
  view.hidden = fitting.length - view.shown.length;
  draw();
}

function note() {
  const { shown, isPaused, came } = view;
  const all = store.entries().length;
  const words = {
    shown: counted("records", shown.length),
    count: counted("records", all),
  };
  const full = store.isFull() ? ` ${t("records.full")}` : "";
  const texts = {
    none: t("records.none"),
    noMatch: t("records.noMatch", words),
    some: t(shown.length === all ? "records.shown" : "records.shownOf", words) + full,
  };
  const some = shown.length === 0 ? "noMatch" : "some";
  find("records-note").textContent = texts[all === 0 && shown.length === 0 ? "none" : some];
  find("paused-note").textContent = isPaused ? t("records.waiting", { count: asNumber(came) }) : "";
  showHidden(view.hidden);
}

function setPaused(isPaused) {
  view.isPaused = isPaused;
  view.came = 0;
  const pause = find("pause");
  pause.textContent = t(isPaused ? "records.resume" : "records.pause");
  pause.classList.toggle("on", isPaused);
  // The list is a copy, so that records which the store drops meanwhile stay visible.
  view.shown = [...view.shown];
  refilter();
  draw();
}

function announce() {
  if (view.unspoken > 0) {
    find("announce").textContent = t("records.announce", { count: asNumber(view.unspoken) });
    view.unspoken = 0;
  }
}

export function startRecords() {
  startDetail(() => list.focus());
  // Changing a filter ends the pause: it applies to the present records.
  onFilter(() => (view.isPaused ? setPaused(false) : refilter()));
  find("pause").addEventListener("click", () => setPaused(!view.isPaused));
  setInterval(announce, announceMs);
  onLanguage(() => {
    find("pause").textContent = t(view.isPaused ? "records.resume" : "records.pause");
    list.forgetRows();
    draw();
  });
}
