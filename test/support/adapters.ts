import { vi } from "vitest";
import { onLambda } from "../../lib/adapters/aws-lambda.ts";
import { onFetch } from "../../lib/adapters/fetch.ts";
import { onOpenWhisk } from "../../lib/adapters/openwhisk.ts";
import { relay } from "../../lib/function/relay.ts";
import type { TriggerEvent } from "../../lib/model/call.ts";
import type { Trigger } from "../../lib/model/function-definition.ts";
import { type HttpCall, toPayloadV2, toRequest, toUpstreamParameters } from "./calls.ts";
import { type Harness, messageOf } from "./harness.ts";
import type { Bag } from "./settings.ts";
import { hear } from "./spoken.ts";

/**
 * Opens both adapters of one function with the same harness. Their replies, results and errors are recorded
 * for the secret check.
 */
export function openAdapters<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  { effects }: Harness,
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
export type CallOutcome = Bag & { readonly error?: unknown };

export type Adapter = {
  readonly http: (call: HttpCall) => Promise<Reply>;
  readonly invoke: (event: Bag) => Promise<CallOutcome>;
};

export type AdapterInput = { readonly harness: Harness; readonly settings: Bag };

/** For `describe.each`: both adapters share the tests of what they have in common. */
export const adapters = [
  { name: "OpenWhisk main", open: openMainAdapter },
  { name: "Lambda handler", open: openHandlerAdapter },
] as const;

/** For `describe.each`: the adapters that serve HTTP. */
export const httpAdapters = [...adapters, { name: "fetch", open: openFetchAdapter }] as const;

function openMainAdapter<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  { harness, settings }: AdapterInput,
): Adapter {
  const { main } = openAdapters(trigger, harness);
  return {
    http: async (call) => toReply(await main(toUpstreamParameters(call, settings))),
    invoke: (event) => main({ ...settings, ...event }),
  };
}

function openHandlerAdapter<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  { harness, settings }: AdapterInput,
): Adapter {
  const { handler } = openAdapters(trigger, harness);
  stubSettings(settings);
  return {
    http: async (call) => toReply(await handler(toPayloadV2(call))),
    invoke: (event) =>
      handler(event).catch((error: unknown) => ({
        error: error instanceof Error ? error.message : error,
      })),
  };
}

function openFetchAdapter<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  { harness, settings }: AdapterInput,
): Pick<Adapter, "http"> {
  const handle = onFetch(relay(trigger, harness.effects));
  return {
    http: async (call) => {
      const { status, headers, body } = await handle(toRequest(call), settings);
      hear([...headers]);
      const text = body === null ? "" : await new Response(body).text();
      return toReply(
        heard({ statusCode: status, headers: Object.fromEntries(headers), body: text }),
      );
    },
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
export function produced({ requests }: Harness) {
  return requests.map((request) => {
    if (request.method !== "POST" || request.url.pathname !== "/api/produce") {
      throw new Error(`not a produce call: ${request.method} ${request.url.pathname}`);
    }
    return messageOf(request);
  });
}

export function logged({ lines }: Harness): readonly Bag[] {
  return lines.map((line) => JSON.parse(line) as Bag);
}
