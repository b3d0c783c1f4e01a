import type { RecordLog } from "../data-stream/storage/record-log.ts";
import type { ConsoleSettings } from "../functions/console/sources.ts";
import type { FunctionCall } from "../functions/host/function-call.ts";
import type { Delivery } from "./delivery.ts";
import { createDescribeCall, type DescribeCall } from "./describe-call.ts";
import { createEventIdentities } from "./event-identities.ts";
import { cutBody } from "./shown-request.ts";

export type Deliveries = ReturnType<typeof createDeliveries>;

/** A call as it came, which is sent again, and as it may be shown. */
export type KeptCall = {
  readonly call: FunctionCall;
  readonly delivery: Delivery;
  /** The settings that the function ran with, and what is hidden of them. */
  readonly context: Pick<DescribeCall, "settings" | "hide" | "hiddenNames">;
  readonly bytes: number;
};

type Parameters = Readonly<Record<string, unknown>>;

export type DeliveriesOptions = {
  readonly settings: ConsoleSettings;
  readonly records: Pick<RecordLog, "after" | "find" | "newestFirst">;
  /** Takes every delivery as a list shows it. */
  readonly onAdd?: (delivery: Delivery) => void;
  readonly deliveriesMax?: number;
  readonly bytesMax?: number;
};

/** Names the delivery that is sent again. */
export const replayHeader = "x-local-replay-of";

const deliveriesMaxDefault = 1000;
const bytesMaxDefault = 64 * 1024 * 1024;
/** The newest is kept whatever its size, with this many of its log lines. */
const logLinesMax = 200;

/** Creates the store of the newest calls of functions. */
export function createDeliveries(options: DeliveriesOptions) {
  const { deliveriesMax = deliveriesMaxDefault, bytesMax = bytesMaxDefault } = options;
  const describerFor = createDescribers(options);
  const kept = new Map<string, KeptCall>();
  const total = { bytes: 0 };
  const drop = (id: string): void => {
    total.bytes -= kept.get(id)?.bytes ?? 0;
    kept.delete(id);
  };
  return {
    /** Adds a call. `parameters` are those that the function is bound to, if it was deployed with others. */
    add(finished: FunctionCall, parameters?: Parameters): Delivery {
      const { call, replayOf } = takeReplayMark(finished);
      const describer = describerFor(parameters);
      const delivery = describer.describe(call, replayOf);
      const bytes = sizeOf(call, delivery);
      drop(call.id);
      kept.set(call.id, { call, delivery, context: describer, bytes });
      total.bytes += bytes;
      for (const id of kept.keys()) {
        if (id === call.id || (kept.size <= deliveriesMax && total.bytes <= bytesMax)) {
          break;
        }
        drop(id);
      }
      options.onAdd?.(toListed(delivery));
      return delivery;
    },
    find: (id: string): KeptCall | undefined => kept.get(id),
    /** Returns the log lines of a call without secrets. */
    logOf: ({ call, context }: KeptCall): readonly unknown[] =>
      call.logLines.map((line) => context.hide.json(line)),
    newestFirst: (): readonly Delivery[] => [...kept.values()].reverse().map((one) => one.delivery),
    empty(): void {
      kept.clear();
      total.bytes = 0;
    },
  };
}

/** Creates one describer for each deployment of a function. A deployed function may have other sources and secrets. */
function createDescribers({ settings, records }: DeliveriesOptions) {
  const shared = { records, identities: createEventIdentities(records), others: settings };
  const usual = createDescribeCall(settings, shared);
  const deployed = new WeakMap<Parameters, DescribeCall>();
  return (parameters: Parameters | undefined): DescribeCall => {
    if (parameters === undefined) {
      return usual;
    }
    const own = deployed.get(parameters) ?? createDescribeCall(settingsOf(parameters), shared);
    deployed.set(parameters, own);
    return own;
  };

  function settingsOf(parameters: Parameters): ConsoleSettings {
    const texts = Object.entries(parameters).filter(([, value]) => typeof value === "string");
    return { ...settings, ...(Object.fromEntries(texts) as ConsoleSettings) };
  }
}

/** Takes the header of a replay out again: it is not the sender's. */
function takeReplayMark(finished: FunctionCall) {
  const call = { ...finished, logLines: finished.logLines.slice(-logLinesMax) };
  if (call.request === undefined) {
    return { call, replayOf: null };
  }
  const { [replayHeader]: replayOf, ...headers } = call.request.headers;
  return { call: { ...call, request: { ...call.request, headers } }, replayOf: replayOf ?? null };
}

/** Returns a delivery as lists show it: a long body is cut. */
export function toListed(delivery: Delivery): Delivery {
  const { request, reply } = delivery;
  return {
    ...delivery,
    request: request && cutBody(request),
    reply: "body" in reply ? cutBody(reply) : reply,
  };
}

/** Returns about how much memory a call takes, as it came and as it is shown. */
function sizeOf({ request, reply, event, logLines }: FunctionCall, delivery: Delivery): number {
  const bodies = (request?.body.length ?? 0) + ("body" in reply ? reply.body.length : 0);
  const others = JSON.stringify([event ?? null, "result" in reply ? reply.result : null, logLines]);
  return bodies + others.length + JSON.stringify(delivery).length;
}
