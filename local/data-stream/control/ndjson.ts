import type { OutgoingResponse } from "../../http/response.ts";
import type { TopicRecord } from "../storage/record-log.ts";

type ReadRecords = { readonly records: readonly TopicRecord[]; readonly next: number };

/**
 * Returns the records as lines that `npm run produce -- --ndjson` takes. JSON escapes line ends, so a record is one
 * line. The cursor to go on from is in the header `next-cursor`.
 */
export function ndjsonResponse({ records, next }: ReadRecords): OutgoingResponse {
  const lines = records.map(({ topic, key, value, partition }) =>
    JSON.stringify({ topic, key, value, partition }),
  );
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", "next-cursor": String(next) },
    body: lines.map((line) => `${line}\n`).join(""),
  };
}
