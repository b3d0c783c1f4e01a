import { useEffect, useRef } from "preact/hooks";
import { isLoaded, onLiveRecords, store, storeState } from "../data/state.ts";
import { go, hrefOf, replaceAddress, route } from "../frame/route.ts";
import { isSendOpen } from "../frame/send-state.ts";
import { FirstEvent } from "../messages/first-event.tsx";
import { RecordDetail } from "../messages/record-detail.tsx";
import { RecordList } from "../messages/record-list.tsx";
import type { Entry } from "../messages/record-store.ts";
import { isEmpty, isPaused, setFilter, shown, waitingCount } from "../messages/shown-records.ts";
import { Toolbar } from "../messages/toolbar.tsx";
import { Button, Empty, Loading } from "../parts/controls.tsx";
import { asNumber, counted, t } from "../text/language.ts";

/** A screen reader announces a burst once, not each message. */
const announceMs = 5000;
/** From this width on a message and the Send drawer have room beside the list. */
const threeColumns = matchMedia("(min-width: 1400px)");

export function Messages() {
  const { path, view } = route.value;
  const isOpen = view === "messages" && path.length === 3;
  const open = useOpenEntry(isOpen ? path : []);
  const onOpen = (entry: Entry) => {
    if (!threeColumns.matches) {
      isSendOpen.value = false;
    }
    const href = withQuery(hrefOf("messages", entry.topic, entry.partition, entry.offset));
    // Going from message to message is one step back in the history.
    (isOpen ? replaceAddress : go)(href);
  };
  return (
    <section class="messages" aria-labelledby="messages-title">
      <h2 id="messages-title" class="unseen">
        {t("view.messages")}
      </h2>
      <div class="list" data-split={isOpen || isSendOpen.value}>
        <Toolbar />
        <Body open={open} onOpen={onOpen} />
        <Announcement />
      </div>
      {isOpen && isLoaded.value && (
        <RecordDetail entry={open} onClose={() => go(withQuery(hrefOf("messages")))} />
      )}
    </section>
  );
}

/** Keeps the filter in the address. */
function withQuery(href: string): string {
  const { search } = route.value;
  return search.size > 0 ? `${href}?${search}` : href;
}

/** Returns the record of the address. It stays, once found, while the store drops it. */
function useOpenEntry([topic = "", partition = "", offset = ""]: readonly string[]) {
  const found = useRef<Entry | undefined>(undefined);
  const isSame = ({ current }: typeof found) =>
    current?.topic === topic &&
    `${current.partition}` === partition &&
    `${current.offset}` === offset;
  if (!isSame(found) && storeState.value.version > 0) {
    found.current = store.find(topic, Number(partition), Number(offset));
  }
  return isSame(found) ? found.current : undefined;
}

type BodyProps = { readonly open: Entry | undefined; readonly onOpen: (entry: Entry) => void };

function Body({ open, onOpen }: BodyProps) {
  const { entries, total } = shown.value;
  if (!isLoaded.value) {
    return <Loading />;
  }
  if (isEmpty.value) {
    return <FirstEvent />;
  }
  return (
    <>
      <div class="heads" aria-hidden="true">
        <span>{t("messages.column.time")}</span>
        <span>{t("messages.column.type")}</span>
        <span class="key">{t("messages.column.key")}</span>
        <span>{t("messages.column.data")}</span>
        <span class="topic">{t("messages.column.topic")}</span>
        <span class="place">{t("messages.column.place")}</span>
      </div>
      {entries.length === 0 ? (
        <Empty icon="search" title={t("messages.noMatch", { count: counted("records", total) })}>
          <Button onClick={() => setFilter({ search: "", place: "" })}>
            {t("messages.clear")}
          </Button>
        </Empty>
      ) : (
        <RecordList entries={entries} open={open} onOpen={onOpen} />
      )}
      <p class="foot" id="records-note">
        {countText(entries.length, total)}
        {isPaused.value && (
          <span id="paused-note">
            {" "}
            {t("messages.waiting", { count: asNumber(waitingCount.value) })}
          </span>
        )}
      </p>
    </>
  );
}

function countText(count: number, total: number): string {
  const full = store.isFull() ? ` · ${t("messages.full")}` : "";
  const words = { shown: asNumber(count), count: counted("records", total) };
  return (count === total ? counted("records", total) : t("messages.shownOf", words)) + full;
}

/** Tells a screen reader how many messages arrived, politely. */
function Announcement() {
  const box = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    let unspoken = 0;
    const stop = onLiveRecords((records) => {
      unspoken += records.length;
    });
    const timer = setInterval(() => {
      if (unspoken > 0 && box.current !== null) {
        box.current.textContent = t("messages.announce", { count: asNumber(unspoken) });
        unspoken = 0;
      }
    }, announceMs);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, []);
  return <p id="announce" class="unseen" role="status" ref={box} />;
}
