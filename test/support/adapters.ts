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

/** Both doors of one function over one world. Everything they answer or throw is heard. */
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

/** Settings of a Lambda-shaped function: text in the environment, until the test ends. */
export function stubSettings(settings: Bag): void {
  for (const [name, value] of Object.entries(settings)) {
    vi.stubEnv(name, typeof value === "string" ? value : JSON.stringify(value));
  }
}

export type Reply = {
  readonly status: unknown;
  readonly headers: unknown;
  /** As text, whatever form the platform wants it in. */
  readonly body: string;
};

/** What a call that is not HTTP comes to: its result, or the message that Lambda throws. */
export type Result = Bag & { readonly error?: unknown };

export type Door = {
  readonly http: (call: HttpCall) => Promise<Reply>;
  readonly invoke: (event: Bag) => Promise<Result>;
};

export type Opened = { readonly world: World; readonly settings: Bag };

/** For `describe.each`: what is the same through both doors is told once. */
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

/** The messages that reached the produce API, and nothing else may have. */
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
