import type { Effects } from "../../../lib/effects/effects.ts";
import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { parseObject } from "../../shared/parse-object.ts";

type Place = { readonly standIn: string; readonly topic: string; readonly key: string };

const timeoutMs = 5_000;
const responseBytesMax = 16 * 1024 * 1024;

/** The newest record's cursor, so that what comes after it can be told apart; undefined: nothing to see there. */
export async function newestCursor(
  place: Place,
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
  { after, ...place }: Place & { readonly after: number },
  effects: Pick<Effects, "transport">,
): Promise<{ readonly partition: number; readonly offset: number } | undefined> {
  const record = (await readRecords(place, { after: String(after) }, effects))?.at(-1);
  return record && { partition: Number(record["partition"]), offset: Number(record["offset"]) };
}

async function readRecords(
  { standIn, topic, key }: Place,
  query: Readonly<Record<string, string>>,
  { transport }: Pick<Effects, "transport">,
): Promise<readonly UnknownObject[] | undefined> {
  const search = new URLSearchParams({ key, ...query });
  const url = new URL(`/_/topics/${encodeURIComponent(topic)}/records?${search}`, standIn);
  const headers = ["host", url.host];
  const answer = await transport({
    method: "GET",
    url,
    headers,
    body: "",
    timeoutMs,
    responseBytesMax,
  });
  const parsed =
    answer.kind === "response" && answer.status === 200 ? parseObject(answer.body) : undefined;
  const records = parsed?.["records"];
  return Array.isArray(records) ? records.filter(isUnknownObject) : undefined;
}
