import type { RecordLog, TopicRecord } from "../data-stream/storage/record-log.ts";
import type { ConsoleSettings } from "../functions/console/sources.ts";
import type { FunctionCall } from "../functions/host/function-call.ts";
import type { Delivery, Outcome, WebhookDiagnosis } from "./delivery.ts";
import { credentialHeaderOf } from "./diagnosis/diagnose-credentials.ts";
import { diagnoseWebhook } from "./diagnosis/diagnose-webhook.ts";
import { type ProofSource, readProofSources } from "./diagnosis/proof-sources.ts";
import { schemeOf } from "./diagnosis/signature-schemes.ts";
import { type CallEnding, endingOf } from "./ending.ts";
import type { createEventIdentities } from "./event-identities.ts";
import { createHideSecrets, type HideSecrets } from "./hide-secrets.ts";
import { reasonOf } from "./reason.ts";
import { showReply, showRequest } from "./shown-request.ts";

type Records = Pick<RecordLog, "after" | "find" | "newestFirst">;

export type DescribeCall = ReturnType<typeof createDescribeCall>;

type Described = {
  readonly records: Records;
  readonly identities: ReturnType<typeof createEventIdentities>;
  /** Other settings whose secrets are hidden too. */
  readonly others: ConsoleSettings;
};

/** Creates what turns a call with these settings into a delivery that may be shown to anybody. */
export function createDescribeCall(
  settings: ConsoleSettings,
  { records, identities, others }: Described,
) {
  const sources = readProofSources(settings);
  const hide = createHideSecrets(settings, others);
  const hiddenNames = namesOfProofs(sources);
  return {
    settings,
    hide,
    hiddenNames,
    describe(call: FunctionCall, replayOf: string | null): Delivery {
      const ending = endingOf(call);
      const diagnosis = diagnose(call, ending, sources);
      const cursors = findCursors(call.cursors, records);
      const earlier = cursors.map((cursor) => identities.earlierOf(cursor));
      const duplicateOf = earlier.find((cursor) => cursor !== undefined) ?? null;
      const outcome: Outcome = call.callerGone ? "callerGone" : ending.outcome;
      return {
        id: call.id,
        time: call.startedMs,
        durationMs: call.durationMs,
        function: call.function,
        trigger: call.trigger,
        source: call.source === undefined ? null : hide.text(call.source),
        status: "status" in call.reply ? call.reply.status : null,
        outcome,
        code: ending.code ?? null,
        reason: hide.text(reasonOf({ call, ending, diagnosis, records: cursors.length })),
        page: ending.page ?? null,
        diagnosis: hide.json(diagnosis ?? null) as WebhookDiagnosis | null,
        ...showContent(call, { hide, hiddenNames }),
        requests: call.requestIds,
        records: cursors,
        duplicate: duplicateOf !== null,
        duplicateOf,
        replayOf,
      };
    },
  };
}

type Hidden = { readonly hide: HideSecrets; readonly hiddenNames: ReadonlySet<string> };

function showContent(
  { request, event, reply }: FunctionCall,
  { hide, hiddenNames }: Hidden,
): Pick<Delivery, "request" | "event" | "reply"> {
  return {
    request: request === undefined ? null : showRequest(request, hide, hiddenNames),
    event: hide.json(event ?? null),
    reply: "status" in reply ? showReply(reply, hide) : { result: hide.json(reply.result ?? null) },
  };
}

function diagnose(
  { request, source: name, startedMs, reply }: FunctionCall,
  { code }: CallEnding,
  sources: readonly ProofSource[],
): WebhookDiagnosis | undefined {
  const source = sources.find((one) => one.name === name);
  const isUnproved =
    code === "UNAUTHENTICATED" || (code === undefined && "status" in reply && reply.status === 401);
  return isUnproved && request !== undefined && source !== undefined
    ? diagnoseWebhook({ request, source, sources, nowMs: startedMs })
    : undefined;
}

/** Returns the names of headers and parameters in which the sources expect their proof. */
function namesOfProofs(sources: readonly ProofSource[]): ReadonlySet<string> {
  const names = sources.flatMap((source) => [
    schemeOf(source)?.header,
    credentialHeaderOf(source),
    source.options["query"],
  ]);
  return new Set(names.filter((name) => typeof name === "string"));
}

/** Finds the records of a call, such as `local-events/0/3`. They are among the newest. */
function findCursors(places: readonly string[], records: Records): readonly number[] {
  const wanted = new Set(places);
  const cursors: number[] = [];
  for (const record of wanted.size === 0 ? [] : records.newestFirst()) {
    if (wanted.delete(placeOf(record))) {
      cursors.unshift(record.cursor);
    }
    if (wanted.size === 0) {
      break;
    }
  }
  return cursors;
}

function placeOf({ topic, partition, offset }: TopicRecord): string {
  return `${topic}/${partition}/${offset}`;
}
