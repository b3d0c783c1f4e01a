import { fittingAcknowledgement, producePath } from "../../../lib/data-stream/produce-api.ts";
import { textOf } from "../../../lib/encoding/unknown-object.ts";
import type { Settings } from "../../../lib/model/settings.ts";
import { settingNames } from "../../../lib/settings/settings.ts";
import type { Check } from "../checks/check.ts";
import { textsOf, toBodyShape } from "./body-shape.ts";
import type { RecordedCall } from "./record-calls.ts";
import { createShownNames } from "./shown-names.ts";

/** Marks a file as ours, so that `--learn` overwrites no other one. */
export const factsFormat = "datastream-relay facts 1";

type Facts = {
  readonly format: typeof factsFormat;
  /** The verdict of the test message's row, and its code if it has one. */
  readonly testMessage: string;
  /** The value of DATASTREAM_ACKNOWLEDGEMENT that fits the last answer to a test message. */
  readonly acknowledgement: string;
  readonly calls: readonly object[];
};

/** Describes what the APIs answered, without anything that tells whose account it is. */
export function toFacts(
  recorded: readonly RecordedCall[],
  checks: readonly Check[],
  settings: Settings,
): Facts {
  const bodies = recorded.map(({ response }) =>
    response.kind === "response" ? response.body : "",
  );
  const names = createShownNames([
    ...settingNames.map((name) => textOf(settings[name])),
    ...bodies.flatMap(textsOf),
  ]);
  return {
    format: factsFormat,
    testMessage: toTestMessage(checks.find(({ check }) => check === "test message")),
    acknowledgement: toAcknowledgement(recorded),
    calls: recorded.map((one) => toCallFacts(one, names)),
  };
}

function toTestMessage(row: Check | undefined): string {
  const [code] = /^[A-Z_]+(?=: )/.exec(row?.found ?? "") ?? [];
  return [row?.verdict ?? "skipped", ...(code === undefined ? [] : [code])].join(" ");
}

function toAcknowledgement(recorded: readonly RecordedCall[]): string {
  const last = recorded.findLast(({ call }) => call === `POST ${producePath}`)?.response;
  return last?.kind === "response" ? (fittingAcknowledgement(last) ?? "none fits") : "unknown";
}

function toCallFacts(
  { call, server, response }: RecordedCall,
  names: ReturnType<typeof createShownNames>,
): object {
  if (response.kind === "noResponse") {
    const code = /^[A-Z_]{1,40}$/.test(response.code) ? response.code : "other";
    return { call, server, noResponse: response.cause, code };
  }
  const headers = Object.keys(response.headers).map(names.header);
  return {
    ...{ call, server, status: response.status, headers: [...new Set(headers)].sort() },
    body: toBodyShape(response.body, names.field),
    ...(response.truncated ? { truncated: true } : {}),
  };
}
