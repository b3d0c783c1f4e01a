import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { onFetch } from "../../../lib/adapters/fetch.ts";
import { relay } from "../../../lib/function/relay.ts";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { logged, produced, stubSettings } from "../../support/adapters.ts";
import { toRequest } from "../../support/calls.ts";
import { hookCall, push, pushCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { openSource, webhookSettings } from "../../support/settings.ts";

const url = "https://relay.example.com/hook";

async function run(request: Request, { env = {} as unknown, environment = {} } = {}) {
  const harness = createHarness();
  stubSettings(environment);
  const response = await onFetch(relay(webhook(), harness.effects))(request, env);
  const body = await response.text();
  return { response, status: response.status, body, messages: produced(harness), harness };
}

/** Makes a POST whose body comes in chunks. */
function streamed(
  chunks: Iterable<unknown>,
  end?: (controller: ReadableStreamDefaultController) => void,
) {
  const iterator = chunks[Symbol.iterator]();
  const body = new ReadableStream({
    pull: (controller) => {
      const { done, value } = iterator.next();
      if (done !== true) {
        controller.enqueue(value);
      } else if (end === undefined) {
        controller.close();
      } else {
        end(controller);
      }
    },
  });
  return new Request(url, { method: "POST", body, duplex: "half" });
}

/** Makes a delivery whose URL is not checked, as servers with a class of their own pass it. */
function withUrl(given: string): Request {
  const { method, headers, body } = toRequest(hookCall("{}"));
  return { url: given, method, headers, body } as Request;
}

describe("the settings of a request", () => {
  test.for([
    ["an environment of text, as Workers pass it", { ...textOf(webhookSettings) }],
    ["an environment with one of our names", { ...textOf(webhookSettings), ASSETS: {} }],
  ] as const)("%s is where they are read from", async ([, env]) => {
    const { status } = await run(toRequest(pushCall), { env });

    expect(status).toBe(200);
  });

  test.for([
    ["nothing", undefined],
    ["null", null],
    ["text", "NCLOUD_ACCESS_KEY"],
    ["a list", ["NCLOUD_ACCESS_KEY"]],
    ["Node's request and response, as Hono passes them", { incoming: {}, outgoing: {} }],
    ["a context with waitUntil", { waitUntil: () => {}, params: { source: "github" } }],
    ["the address of the caller, as Deno passes it", { remoteAddr: { hostname: "192.0.2.1" } }],
    ["an object whose fields cannot be read", new Proxy({}, { get: throwing })],
  ] as const)(
    "a server that passes %s leaves them in the environment variables",
    async ([, env]) => {
      const { status } = await run(toRequest(pushCall), { env, environment: webhookSettings });

      expect(status).toBe(200);
    },
  );
});

function throwing(): never {
  throw new Error("no such binding");
}

function textOf(settings: object) {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

describe("a request", () => {
  test("it is delivered byte for byte", async () => {
    const { response, body, messages } = await run(toRequest(pushCall), { env: webhookSettings });

    expect(response.headers.get("content-type")).toBe("application/json");
    expect(body).toContain('{"status":"delivered","id":"72d3162e');
    expect(messages[0]?.value).toContain(`"data":${push.body}}`);
  });

  test("bytes that are no text are delivered byte for byte, in whatever chunks they come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }),
        async (chunks) => {
          const { messages } = await run(streamed(chunks.filter(({ length }) => length > 0)), {
            env: openSource({ value: "raw", id: ["call"] }),
          });
          const bytes = Buffer.concat(chunks);
          const isText = bytes.equals(Buffer.from(bytes.toString()));
          expect(messages.map(({ value }) => value)).toEqual(isText ? [bytes.toString()] : []);
        },
      ),
      { numRuns: 50 },
    );
  });

  // Servers that make requests of their own class pass what they have.
  test.for([
    ["text", "{}"],
    ["an ArrayBuffer", new TextEncoder().encode("{}").buffer],
  ] as const)("a chunk that is %s counts as its bytes", async ([, chunk]) => {
    const { status, messages } = await run(streamed([chunk]), { env: openSource() });

    expect(status).toBe(200);
    expect(messages[0]?.value).toMatch(/"data":\{\}\}$/);
  });

  test("a chunk that has no bytes is refused", async () => {
    expect(await run(streamed([5]), { env: openSource() })).toMatchObject({ status: 400 });
  });

  test("a URL without an origin is read by its path and query", async () => {
    const { status } = await run(withUrl("/webhook/hook?a=1"), { env: openSource() });

    expect(status).toBe(200);
  });

  test("a repeated header is one value", async () => {
    const request = toRequest(hookCall("{}"));
    request.headers.append("x-kind", "a");
    request.headers.append("x-kind", "b");
    const { messages } = await run(request, { env: openSource({ key: ["header:x-kind"] }) });

    expect(messages[0]?.key).toBe("a, b");
  });

  test("the query of a GET is its body, undecoded", async () => {
    const request = new Request(`${url}?a=%41+b&a=2`);
    const { messages } = await run(request, {
      env: openSource({ methods: ["GET"], value: "raw" }),
    });

    expect(messages[0]?.value).toBe("a=%41+b&a=2");
  });

  test("a response without a body has none", async () => {
    const { response, body } = await run(new Request(url, { method: "HEAD" }), {
      env: openSource(),
    });

    expect({ status: response.status, type: response.headers.get("content-type"), body }).toEqual({
      status: 200,
      type: "application/json",
      body: "",
    });
  });
});

describe("a body that does not arrive whole", () => {
  const env = openSource();

  test("it is refused if it breaks off", async () => {
    const { status, messages } = await run(
      streamed([Buffer.from('{"a":')], (controller) => controller.error(new Error("gone"))),
      { env },
    );

    expect({ status, messages }).toEqual({ status: 400, messages: [] });
  });

  test("it is refused if it was read by others", async () => {
    const request = toRequest(hookCall("{}"));
    await request.text();

    expect(await run(request, { env })).toMatchObject({ status: 400, messages: [] });
  });

  test("it is refused if it takes over 30 s", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    const endless = streamed([Buffer.from("a")], () => {});

    expect(await run(endless, { env })).toMatchObject({ status: 400, messages: [] });
    expect(timeout).toHaveBeenCalledWith(30_000);
  });

  test("no more than the largest limit is read of it", async () => {
    let chunks = 0;
    const chunk = new Uint8Array(1_000_000);
    function* endless() {
      for (; ; chunks += 1) {
        yield chunk;
      }
    }

    expect(await run(streamed(endless()), { env })).toMatchObject({ status: 413, messages: [] });
    expect(chunks).toBeLessThan(60);
  });
});

test("a function that is not served over HTTP answers 404 and reads no settings", async () => {
  const harness = createHarness();
  const handle = onFetch(relay(bucket, harness.effects));

  const response = await handle(
    new Request("https://relay.example.com/bucket", { method: "POST" }),
  );

  expect(response.status).toBe(404);
  expect(logged(harness)).toMatchObject([{ message: "call ended", code: "NOT_FOUND" }]);
});
