import { useEffect, useState } from "preact/hooks";
import { getJson } from "../data/api.ts";
import type { TopicRecord } from "../data/model.ts";
import { store, storeState } from "../data/state.ts";
import { hrefOf } from "../frame/route.ts";
import { visible } from "../parts/visible.ts";
import { t } from "../text/language.ts";

export type Place = Pick<TopicRecord, "topic" | "partition" | "offset">;

/** A link to a record by its place. */
export function RecordLink({ place: { topic, partition, offset } }: { readonly place: Place }) {
  return (
    <a class="record-link" href={hrefOf("messages", topic, partition, offset)}>
      {visible(`${topic}/${partition}/${offset}`)}
    </a>
  );
}

/** A link to a record by its cursor. A record that the page does not hold is asked for. */
export function CursorLink({ cursor }: { readonly cursor: number }) {
  const [loaded, setLoaded] = useState<Place | "gone">();
  const held = storeState.value.version > 0 ? findByCursor(cursor) : undefined;
  const isMissing = held === undefined;
  useEffect(() => {
    if (isMissing) {
      getJson<Place>(`/_/records/${cursor}`).then(setLoaded, () => setLoaded("gone"));
    }
  }, [cursor, isMissing]);
  const place = held ?? loaded;
  return place === undefined || place === "gone" ? (
    <span class="muted">
      {place === undefined ? t("common.loading") : t("delivery.recordGone")}
    </span>
  ) : (
    <RecordLink place={place} />
  );
}

function findByCursor(cursor: number): Place | undefined {
  return store.entries().findLast((entry) => entry.cursor === cursor);
}

/** The records that a call left. */
export function RecordLinks({ cursors }: { readonly cursors: readonly number[] }) {
  return (
    <ul class="record-links">
      {cursors.map((cursor) => (
        <li key={cursor}>
          <CursorLink cursor={cursor} />
        </li>
      ))}
    </ul>
  );
}
