import type { Answer } from "../../http/response.ts";
import { jsonAnswer, problem } from "../../http/response.ts";
import type { StandIn } from "../emulator.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import { curlCommand } from "./curl-command.ts";

export const oneRecordPath = /^\/_\/records\/([^/]*)(\/curl)?$/;

type Ask = { readonly path: string; readonly host: string; readonly standIn: StandIn };

/** One record as it was produced, or the command that produces it again. */
export function getOneRecord({ path, host, standIn }: Ask): Answer {
  const [, cursor = "", curl] = oneRecordPath.exec(path) ?? [];
  const record = /^\d{1,15}$/.test(cursor)
    ? standIn.topics.records.find(Number(cursor))
    : undefined;
  if (record === undefined) {
    return problem(404, "no record has this cursor, or it was dropped");
  }
  return curl === undefined ? jsonAnswer(200, record) : asCurl(record, host, standIn);
}

/** The guard has let only this stand-in's own names pass as a host. */
function asCurl(record: TopicRecord, host: string, { accessKeys, now }: StandIn): Answer {
  const [pair] = accessKeys;
  if (pair === undefined) {
    return problem(409, "the stand-in was started without a key pair to sign with");
  }
  const [accessKey, secretKey] = pair;
  const signer = { origin: `http://${host}`, accessKey, secretKey, nowMs: now() };
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: curlCommand(record, signer),
  };
}
