import type { Effects } from "../../../lib/effects/effects.ts";
import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { parseObject } from "../../shared/parse-object.ts";

type EmulatorQuery = { readonly standIn: string; readonly topic: string; readonly key: string };

const timeoutMs = 5_000;
const responseBytesMax = 16 * 1024 * 1024;

/**
 * Returns the newest record's cursor, so that later records can be recognised. Returns undefined if the
 * emulator does not show the topic.
 */
export async function newestCursor(
  place: EmulatorQuery,
  effects: Pick<Effects, "transport">,
): Promise<number | undefined> {
  const records = await readRecords(place, { limit: "1" }, effects);
  const cursor = records?.at(-1)?.["cursor"];
  if (records === undefined) {
    return undefined;
  }
  return typeof cursor === "number" ? cursor : 0;
}

export async function findRecord(
  { after, ...place }: EmulatorQuery & { readonly after: number },
  effects: Pick<Effects, "transport">,
): Promise<{ readonly partition: number; readonly offset: number } | undefined> {
  const record = (await readRecords(place, { after: String(after) }, effects))?.at(-1);
  return record && { partition: Number(record["partition"]), offset: Number(record["offset"]) };
}

async function readRecords(
  { standIn, topic, key }: EmulatorQuery,
  query: Readonly<Record<string, string>>,
  { transport }: Pick<Effects, "transport">,
): Promise<readonly UnknownObject[] | undefined> {
  const search = new URLSearchParams({ key, ...query });
  const url = new URL(`/_/topics/${encodeURIComponent(topic)}/records?${search}`, standIn);
  const headers = ["host", url.host];
  const response = await transport({
    method: "GET",
    url,
    headers,
    body: "",
    timeoutMs,
    responseBytesMax,
  });
  const parsed =
    response.kind === "response" && response.status === 200
      ? parseObject(response.body)
      : undefined;
  const records = parsed?.["records"];
  return Array.isArray(records) ? records.filter(isUnknownObject) : undefined;
}
