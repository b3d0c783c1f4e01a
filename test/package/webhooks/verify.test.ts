import { describe, expect, test } from "vitest";
import { recipes } from "../../../docs/recipes/recipes.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import {
  type Verdict,
  verify,
  type WebhookDelivery,
  type WebhookSource,
} from "../../../package/webhooks.ts";
import { signers } from "../../documents/recipes/signers/signers.ts";
import { httpAdapters, produced } from "../../support/adapters.ts";
import { type HttpCall, toRequest } from "../../support/calls.ts";
import { createHarness, startMs } from "../../support/harness.ts";
import { publicKeySenders } from "../../support/public-key-senders.ts";
import { senders } from "../../support/senders.ts";
import { streamSettings } from "../../support/settings.ts";

type Sample = {
  readonly call: HttpCall;
  readonly source: WebhookSource;
  /** A secret of the same form that made no proof. */
  readonly otherSecret: string;
};

const ofPresets: readonly Sample[] = [...senders, ...publicKeySenders].map((sender) => {
  const { name, verifier, options, secret, oldSecret: otherSecret, contentType } = sender;
  const body = sender.bodyAt(startMs);
  const signed = sender.sign(Buffer.from(body), { secret, nowMs: startMs, contentType });
  return {
    call: {
      method: "POST",
      path: `/${name}`,
      headers: { "content-type": contentType, ...signed },
      body,
    },
    source: { name, verifier, secrets: [secret], ...options },
    otherSecret,
  };
});

const ofRecipes: readonly Sample[] = signers.map((signer) => {
  const { name, body, contentType = "application/json", credentials } = signer;
  const [{ key, shown }, , { shown: otherSecret }] = credentials;
  const headers = signer.sign(body, { key, nowSeconds: startMs / 1_000 });
  const recipe = recipes.find((one) => one.name === name);
  return {
    call: {
      method: "POST",
      path: `/${name}`,
      headers: { "content-type": contentType, ...headers },
      body,
    },
    source: { name, secrets: [shown], verifier: "", ...recipe?.source },
    otherSecret,
  };
});

/** Deliveries that say that they are CloudEvents, are split, or are of an odd form. */
const ofForms: readonly Sample[] = [
  form(
    { verifier: "bearer" },
    {
      headers: {
        "ce-specversion": "1.0",
        "ce-id": "e1",
        "ce-type": "t",
        "ce-source": "/s",
        "ce-partitionkey": "k",
      },
    },
  ),
  form(
    { verifier: "bearer" },
    {
      headers: { "content-type": "application/cloudevents+json" },
      body: '{"specversion":"1.0","id":"e2","type":"t2","source":"/s","subject":"s2","data":1}',
    },
  ),
  form(
    { verifier: "bearer", split: "/items", id: ["element:/id"], key: ["element:/key"] },
    { body: '{"items":[{"id":1,"key":"a"},{"id":12345678901234567890,"key":"b"}]}' },
  ),
  form(
    { verifier: "bearer", methods: ["GET"], id: ["body:/id"] },
    { method: "GET", query: "id=7&kind=x" },
  ),
  form({ verifier: "bearer", filter: ["other"] }, { body: '{"id":1}' }),
  form({ verifier: "bearer" }, { body: "", headers: { "content-type": "text/plain" } }),
];

function form(options: object, told: Partial<HttpCall>): Sample {
  const headers = {
    authorization: "Bearer a-token-of-this-test",
    "content-type": "application/json",
  };
  return {
    call: {
      method: "POST",
      path: "/forms",
      body: "{}",
      ...told,
      headers: { ...headers, ...told.headers },
    },
    source: { name: "forms", secrets: ["a-token-of-this-test"], verifier: "bearer", ...options },
    otherSecret: "another-token-of-this-test",
  };
}

function settingsOf({ source }: Sample) {
  const { name, secrets, ...options } = source;
  return {
    ...streamSettings,
    WEBHOOK_SOURCES: { [name]: options },
    WEBHOOK_SECRETS: { [name]: secrets, ...tokenFor(source) },
  };
}

/** Meta's challenge has a secret of its own, which `verify` does not need. */
function tokenFor({ name, verifier, challenge = verifier }: WebhookSource) {
  return challenge === "meta" ? { [`${name}.verifyToken`]: ["a-verify-token"] } : {};
}

/** Calls the function itself, and returns the names of the events that it produced. */
async function produceWith(sample: Sample, adapter: (typeof httpAdapters)[number]) {
  const harness = createHarness({ nowMs: startMs });
  const open = adapter.open(webhook(), { harness, settings: settingsOf(sample) });
  const reply = await open.http(sample.call);
  const events = produced(harness).map(({ key, value }) => {
    const { id, type, subject } = JSON.parse(value) as Record<string, string>;
    return { id, type, key, ...(subject === undefined ? {} : { subject }) };
  });
  return { reply, events };
}

function toDelivery({ method, query, headers, body }: HttpCall): WebhookDelivery {
  return {
    method,
    url: `/any/path${query === undefined ? "" : `?${query}`}`,
    headers: { ...headers },
    body: body ?? "",
  };
}

/** An id of the selector `call` is new for each call, so there is nothing to compare. */
const isSame = ({ source }: Sample) => JSON.stringify(source["id"]) !== '["call"]';
const named = [...ofPresets, ...ofRecipes, ...ofForms].filter(isSame).map((sample, index) => ({
  name: `${sample.source.name} (${index})`,
  sample,
}));

describe.each(named)("verify() beside the function: $name", ({ sample }) => {
  const at = { now: startMs };

  test.each(httpAdapters)("verify gives the events that $name produces", async (adapter) => {
    const { events } = await produceWith(sample, adapter);
    const verdict = await verify(toDelivery(sample.call), sample.source, at);

    expect(verdict.verified).toBe(true);
    expect(eventsOf(verdict)).toEqual(events);
  });

  test("a Request gives the same verdict, and is not consumed", async () => {
    const request = toRequest(sample.call);
    const verdict = await verify(request, sample.source, at);

    expect(verdict.verified).toBe(true);
    expect(eventsOf(verdict)).toEqual(
      eventsOf(await verify(toDelivery(sample.call), sample.source, at)),
    );
    expect(request.bodyUsed).toBe(false);
  });

  test("another secret verifies nothing, and the reason holds no secret", async () => {
    const { otherSecret, source } = sample;
    const verdict = await verify(toDelivery(sample.call), { ...source, secrets: otherSecret }, at);

    expect(verdict).toEqual({ verified: source.verifier === "none", reason: expect.any(String) });
    expect(verdict.reason).not.toContain(otherSecret);
  });
});

/** Returns the events of a verdict. */
function eventsOf({ events, id, type = "", key = "", subject }: Verdict) {
  const first = { id, type, key, ...(subject === undefined ? {} : { subject }) };
  return events ?? (id === undefined ? [] : [first]);
}

describe("a wrong source", () => {
  const delivery = { headers: {}, body: "{}" };

  test.each([
    [
      "an unknown verifier and a wrong name",
      { name: "A b", verifier: "githb", secrets: ["s3cret-of-this-test"] },
      "the source is wrong: name must be 1 to 50 of a-z, 0-9 and -; verifier must be written out",
    ],
    [
      "a missing secret",
      { name: "github", verifier: "github" },
      "the source is wrong: secrets has no secret for the source github",
    ],
    [
      "an unknown option and a wrong pointer",
      { name: "shop", verifier: "github", secrets: "s3cret-of-this-test", splitt: "x", split: "x" },
      "split must be a JSON pointer to an array; splitt is no option of github: did you mean split?",
    ],
    [
      "a blank secret",
      { name: "shop", verifier: "github", secrets: ["s3cret-of-this-test", " "] },
      "secrets must be a list of texts of one line, none blank",
    ],
    [
      "a placeholder",
      { name: "shop", verifier: "github", secrets: ["changeme"] },
      "secrets of the source shop holds a placeholder, no secret: number 1 of 1",
    ],
    ["no source at all", undefined, "name must be"],
  ])("%s is a TypeError that names every problem and no secret", async (_, source, message) => {
    const error = await verify(delivery, source as WebhookSource).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain("s3cret");
  });
});

describe("a delivery of any form", () => {
  const source = { name: "alerts", verifier: "bearer", secrets: "a-token-of-this-test" };
  const value = "Bearer a-token-of-this-test";

  test.each([
    ["a Headers", new Headers({ Authorization: value })],
    ["a Map", new Map([["Authorization", value]])],
    ["a list of pairs", [["AUTHORIZATION", value] as const]],
    ["an object", { Authorization: value }],
    [
      "Node's headers with lists",
      { authorization: [value], "set-cookie": ["a", "b"], host: undefined },
    ],
  ])("its headers can be %s", async (_, headers) => {
    expect(await verify({ headers, body: Buffer.from("{}") }, source)).toMatchObject({
      verified: true,
    });
  });

  test.each([
    ["a parsed body", { headers: { authorization: value }, body: { parsed: true } }],
    ["no request", null],
    ["no headers", { body: "{}" }],
    ["a GET", { method: "GET", headers: {}, body: "" }],
    ["a method that is no text", { method: 1, headers: {}, body: "" }],
  ])("%s is not verified, and the reason says why", async (_, delivery) => {
    expect(await verify(delivery as unknown as WebhookDelivery, source)).toEqual({
      verified: false,
      reason: expect.stringMatching(/\w/),
    });
  });

  test.each([
    ["text", "authorization: x"],
    ["a number", 5],
    ["Node's rawHeaders", ["authorization", value]],
    ["a list of objects", [{ name: "authorization", value }]],
    ["names that are no text", [[5, value]]],
  ])("headers cannot be %s, and the reason names them", async (_, headers) => {
    const delivery = { headers, body: "{}" } as unknown as WebhookDelivery;

    expect(await verify(delivery, source)).toEqual({
      verified: false,
      reason: "headers must be a Headers, an object, or a list of pairs",
    });
  });

  test.each(["a text", 5, true])("%j is no delivery, and the reason says why", async (given) => {
    expect(await verify(given as unknown as WebhookDelivery, source)).toEqual({
      verified: false,
      reason: "the body must be text or bytes, as received and unread",
    });
  });

  test("the bytes of an ArrayBuffer are a body", async () => {
    const body = new TextEncoder().encode("{}").buffer;

    expect(await verify({ headers: { authorization: value }, body }, source)).toMatchObject({
      verified: true,
    });
  });

  test("a Request that somebody is reading is not verified", async () => {
    const request = new Request("http://127.0.0.1/", { method: "POST", body: "{}" });
    request.body?.getReader();

    expect(await verify(request, source)).toEqual({
      verified: false,
      reason: "the body must be text or bytes, as received and unread",
    });
  });

  test("a Request that was read already is not verified", async () => {
    const request = new Request("http://127.0.0.1/", {
      method: "POST",
      body: "{}",
      headers: { authorization: value },
    });
    await request.text();

    expect(await verify(request, source)).toEqual({
      verified: false,
      reason: "the body must be text or bytes, as received and unread",
    });
  });

  test("a delivery without its body is not taken for an empty one", async () => {
    const delivery = { headers: { authorization: value } } as unknown as WebhookDelivery;

    expect(await verify(delivery, source)).toEqual({
      verified: false,
      reason: "the body must be text or bytes, as received and unread",
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, "1700000000000", null])(
    "now is refused if it is %s: no signed time would be too old",
    async (now) => {
      const delivery = { headers: { authorization: value }, body: "{}" };
      const verifying = verify(delivery, source, { now: now as number });

      await expect(verifying).rejects.toEqual(new TypeError("now must be epoch milliseconds"));
    },
  );

  test("a signed time counts from now, in epoch milliseconds", async () => {
    const timed = ofPresets.find(({ source: { verifier } }) => verifier === "stripe");
    const delivery = timed === undefined ? undefined : toDelivery(timed.call);
    const at = (now: number) => delivery && timed && verify(delivery, timed.source, { now });

    expect(await at(startMs + 300_000)).toMatchObject({ verified: true });
    expect(await at(startMs + 302_000)).toEqual({
      verified: false,
      reason: "source stripe: the signed time is over 300 s old (toleranceSeconds)",
    });
  });
});
