import { useRef, useState } from "preact/hooks";
import { topics } from "../data/state.ts";
import { useKeys } from "../frame/keys.ts";
import { hrefOf } from "../frame/route.ts";
import { isSendOpen } from "../frame/send-state.ts";
import { Button } from "../parts/controls.tsx";
import { Icon } from "../parts/icon.tsx";
import { saveFile } from "../parts/save-file.ts";
import { asNumber, t } from "../text/language.ts";
import { toNdjson } from "./ndjson.ts";
import {
  areHeartbeatsShown,
  isEmpty,
  isPaused,
  place,
  search,
  setFilter,
  setPaused,
  shown,
} from "./shown-records.ts";

const typingMs = 120;

export function Toolbar() {
  const { hidden, entries } = shown.value;
  useKeys({ p: () => setPaused(!isPaused.value) });
  return (
    <div class="toolbar">
      <SearchField />
      <PlaceField />
      <Button
        kind="quiet"
        icon="heartbeat"
        pressed={areHeartbeatsShown.value}
        count={hidden > 0 ? asNumber(hidden) : undefined}
        title={t(areHeartbeatsShown.value ? "messages.hideHeartbeats" : "messages.showHeartbeats")}
        onClick={() => {
          areHeartbeatsShown.value = !areHeartbeatsShown.value;
        }}
      >
        {t("messages.heartbeats")}
      </Button>
      <div class="toolbar-end">
        <Button
          kind="quiet"
          icon="export"
          title={t("messages.exportHint")}
          disabled={entries.length === 0}
          onClick={() => saveFile("messages.ndjson", toNdjson(shown.value.entries))}
        >
          {t("messages.export")}
        </Button>
        <Button
          icon={isPaused.value ? "play" : "pause"}
          pressed={isPaused.value}
          onClick={() => setPaused(!isPaused.value)}
        >
          {t(isPaused.value ? "messages.resume" : "messages.pause")}
        </Button>
        {!isSendOpen.value && !isEmpty.value && (
          <a class="button primary" href={hrefOf("send")}>
            <Icon name="send" />
            <span class="label">{t("view.send")}</span>
          </a>
        )}
      </div>
    </div>
  );
}

function SearchField() {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [typed, setTyped] = useState(search.value);
  const isOwn = useRef(false);
  // A filter that was cleared from outside empties the field too.
  const value = isOwn.current ? typed : search.value;
  const set = (text: string) => {
    isOwn.current = true;
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      isOwn.current = false;
      setFilter({ search: text });
    }, typingMs);
  };
  const leave = () => {
    if (document.activeElement !== field.current) {
      return false;
    }
    set("");
    field.current?.blur();
    return true;
  };
  useKeys({ "/": () => field.current?.focus(), Escape: leave });
  return (
    <search class="search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        autocomplete="off"
        spellcheck={false}
        placeholder={t("messages.search")}
        aria-label={t("messages.search")}
        title={t("messages.searchHint")}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      <kbd>/</kbd>
    </search>
  );
}

function PlaceField() {
  return (
    <select
      class="place-field"
      aria-label={t("messages.place")}
      value={place.value}
      onChange={({ currentTarget }) => setFilter({ place: currentTarget.value })}
    >
      <option value="">{t("messages.allTopics")}</option>
      {topics.value?.map(({ name, partitions }) => (
        <optgroup key={name} label={name}>
          <option value={name}>{t("messages.wholeTopic", { topic: name })}</option>
          {partitions.length > 1 &&
            partitions.map(({ partition }) => (
              <option key={partition} value={`${name}/${partition}`}>
                {t("messages.partition", { topic: name, partition })}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}
