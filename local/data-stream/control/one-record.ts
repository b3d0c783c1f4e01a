import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, problemResponse } from "../../http/response.ts";
import type { Emulator } from "../emulator.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import { curlCommand } from "./curl-command.ts";

export const oneRecordPath = /^\/_\/records\/([^/]*)(\/curl)?$/;

type OneRecordRequest = {
  readonly path: string;
  readonly host: string;
  readonly emulator: Emulator;
};

/** Returns one record as it was produced, or the command that produces it again. */
export function getOneRecord({ path, host, emulator }: OneRecordRequest): OutgoingResponse {
  const [, cursor = "", curl] = oneRecordPath.exec(path) ?? [];
  const record = /^\d{1,15}$/.test(cursor)
    ? emulator.topics.records.find(Number(cursor))
    : undefined;
  if (record === undefined) {
    return problemResponse(404, "no record has this cursor, or it was dropped");
  }
  return curl === undefined ? jsonResponse(200, record) : asCurl(record, host, emulator);
}

/** Returns the command as text. `host` is safe to repeat: the guard lets only the emulator's own names pass. */
function asCurl(
  record: TopicRecord,
  host: string,
  { accessKeys, now }: Emulator,
): OutgoingResponse {
  const [pair] = accessKeys;
  if (pair === undefined) {
    return problemResponse(409, "the emulator was started without a key pair to sign with");
  }
  const [accessKey, secretKey] = pair;
  const signer = { origin: `http://${host}`, accessKey, secretKey, nowMs: now() };
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: curlCommand(record, signer),
  };
}
