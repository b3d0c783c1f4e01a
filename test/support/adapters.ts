import { vi } from "vitest";
import { onLambda } from "../../lib/adapters/aws-lambda.ts";
import { onOpenWhisk } from "../../lib/adapters/openwhisk.ts";
import { relay } from "../../lib/function/relay.ts";
import type { TriggerEvent } from "../../lib/model/call.ts";
import type { Trigger } from "../../lib/model/function-definition.ts";
import { type HttpCall, toPayloadV2, toUpstreamParameters } from "./calls.ts";
import { messageOf, type World } from "./harness.ts";
import type { Bag } from "./settings.ts";
import { hear } from "./spoken.ts";

/**
 * Opens both adapters of one function with the same harness. Their replies, results and errors are recorded
 * for the secret check.
 */
export function openDoors<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  { effects }: World,
) {
  const handle = relay(trigger, effects);
  const main = onOpenWhisk(handle);
  const handler = onLambda(handle, effects.now);
  return {
    main: async (parameters: unknown) => heard(await main(parameters as Bag)),
    handler: async (event: unknown, context?: unknown) => {
      try {
        return heard(await handler(event, context));
      } catch (error) {
        hear(error instanceof Error ? `${error.stack} ${JSON.stringify(error)}` : error);
        throw error;
      }
    },
  };
}

function heard(answer: Bag): Bag {
  hear(answer);
  return answer;
}

/** Sets the environment of a Lambda-shaped function until the test ends. Values are text there. */
export function stubSettings(settings: Bag): void {
  for (const [name, value] of Object.entries(settings)) {
    vi.stubEnv(name, typeof value === "string" ? value : JSON.stringify(value));
  }
}

export type Reply = {
  readonly status: unknown;
  readonly headers: unknown;
  /** The body as text, whatever form the platform uses. */
  readonly body: string;
};

/** The outcome of a call that is not HTTP: its result, or the message of the error that Lambda throws. */
export type Result = Bag & { readonly error?: unknown };

export type Door = {
  readonly http: (call: HttpCall) => Promise<Reply>;
  readonly invoke: (event: Bag) => Promise<Result>;
};

export type Opened = { readonly world: World; readonly settings: Bag };

/** For `describe.each`: both adapters share the tests of what they have in common. */
export const doors = [
  { name: "OpenWhisk main", open: openMain },
  { name: "Lambda handler", open: openHandler },
] as const;

function openMain<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  { world, settings }: Opened,
): Door {
  const { main } = openDoors(trigger, world);
  return {
    http: async (call) => toReply(await main(toUpstreamParameters(call, settings))),
    invoke: (event) => main({ ...settings, ...event }),
  };
}

function openHandler<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  { world, settings }: Opened,
): Door {
  const { handler } = openDoors(trigger, world);
  stubSettings(settings);
  return {
    http: async (call) => toReply(await handler(toPayloadV2(call))),
    invoke: (event) =>
      handler(event).catch((error: unknown) => ({
        error: error instanceof Error ? error.message : error,
      })),
  };
}

export function toReply({ statusCode, headers, body }: Bag): Reply {
  return {
    status: statusCode,
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** Returns the messages that reached the produce API. Throws if any other request was made. */
export function produced({ requests }: World) {
  return requests.map((request) => {
    if (request.method !== "POST" || request.url.pathname !== "/api/produce") {
      throw new Error(`not a produce call: ${request.method} ${request.url.pathname}`);
    }
    return messageOf(request);
  });
}

export function logged({ lines }: World): readonly Bag[] {
  return lines.map((line) => JSON.parse(line) as Bag);
}
