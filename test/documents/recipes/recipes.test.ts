import { describe, expect, test } from "vitest";
import { recipes } from "../../../docs/recipes/recipes.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, produced } from "../../support/adapters.ts";
import type { HttpCall } from "../../support/calls.ts";
import { createHarness, startMs } from "../../support/harness.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";
import type { Credential, Signer } from "./signers/signer.ts";
import { signers } from "./signers/signers.ts";

const byName = new Map(recipes.map((recipe) => [recipe.name, recipe]));
const startSeconds = startMs / 1_000;

test("every recipe has one signer, and every signer a recipe", () => {
  expect(signers.map(({ name }) => name).toSorted()).toEqual(recipes.map(({ name }) => name));
});

const pairs = signers.flatMap((signer) => {
  const recipe = byName.get(signer.name);
  return recipe === undefined ? [] : [{ ...signer, recipe }];
});
type Pair = (typeof pairs)[number];

type Told = { readonly credential?: Credential; readonly ageSeconds?: number };

/** Makes the sample's delivery as the provider signs it. */
function callOf(pair: Signer, told: Told = {}): HttpCall & { readonly headers: Fields } {
  const { credential = pair.credentials[0], ageSeconds = 0 } = told;
  const nowSeconds = startSeconds - ageSeconds;
  const headers = pair.sign(pair.body, { key: credential.key, nowSeconds });
  const { name, body, contentType = "application/json" } = pair;
  return {
    method: "POST",
    path: `/${name}`,
    headers: { "content-type": contentType, ...headers },
    body,
  };
}

type Fields = Readonly<Record<string, string>>;

function settingsOf({ recipe, credentials }: Pair, secrets = [credentials[0].shown]): Bag {
  const more = Object.keys(recipe.moreSecrets ?? {}).map((name) => [name, ["verify-token-1"]]);
  return {
    ...streamSettings,
    WEBHOOK_SOURCES: { [recipe.name]: recipe.source },
    WEBHOOK_SECRETS: { [recipe.name]: secrets, ...Object.fromEntries(more) },
  };
}

function without({ headers, ...call }: HttpCall, name: string): HttpCall {
  const { [name]: _, ...rest } = headers ?? {};
  return { ...call, headers: rest };
}

/** Values for the header of the proof: none, a quarter of it, and garbage. Half may hold a whole signature beside others. */
function malformed(value: string): readonly string[] {
  const quarter = value.slice(0, Math.ceil(value.length / 4));
  return ["", " ", quarter, `${"0".repeat(10_000)}`, "\u0000\uFFFF,; =".repeat(1_429)];
}

/** Changes one letter inside of the body, so that it keeps its first and last character. */
function tampered(body: string): string {
  const at = body.search(/[a-z]/);
  return `${body.slice(0, at)}${body[at] === "z" ? "y" : "z"}${body.slice(at + 1)}`;
}

const timed = pairs.filter(({ proof }) => proof === "body and time");
const signing = pairs.filter(({ proof }) => proof !== "credentials");
const challenged = pairs.filter(({ challenge }) => challenge !== undefined);
const published = pairs.flatMap((pair) => (pair.vectors ?? []).map((vector) => ({ pair, vector })));

describe.each(httpAdapters)("a recipe through $name", ({ open }) => {
  async function send(call: HttpCall, settings: Bag, nowMs = startMs) {
    const harness = createHarness({ nowMs });
    const reply = await open(webhook(), { harness, settings }).http(call);
    return { reply, harness, messages: produced(harness) };
  }

  async function expectRefused(call: HttpCall, pair: Pair) {
    const { reply, harness, messages } = await send(call, settingsOf(pair));

    expect([reply.status, messages]).toEqual([401, []]);
    expect(reply.body === "").toBe(pair.replyBody === "");
    expect(harness.lines.join("") + reply.body).not.toContain(pair.credentials[0].shown);
  }

  test.each(pairs)("a delivery of $name is accepted as the event that it is", async (pair) => {
    const call = callOf(pair);

    const { reply, messages } = await send(call, settingsOf(pair));

    expect(reply.status, reply.body).toBe(pair.status ?? 200);
    expect(messages).toHaveLength(1);
    const [{ key, value } = { key: "", value: "" }] = messages;
    const { id, type, subject } = JSON.parse(String(value)) as Bag;
    const { event } = pair;
    expect({ type, key, subject }).toEqual({
      type: event.type,
      key: event.key ?? id,
      subject: event.subject,
    });
    expect(id).toEqual(typeof event.id === "string" ? event.id : expect.stringMatching(event.id));
    expect(reply.body).toBe(pair.replyBody ?? reply.body);
  });

  test.each(pairs)("either of two secrets of $name is accepted", async (pair) => {
    const [current, old] = pair.credentials;
    const settings = settingsOf(pair, [current.shown, old.shown]);

    for (const credential of [current, old]) {
      const { messages } = await send(callOf(pair, { credential }), settings);

      expect(messages).toHaveLength(1);
    }
  });

  test.each(pairs)("a delivery of $name with another secret is refused", async (pair) => {
    await expectRefused(callOf(pair, { credential: pair.credentials[2] }), pair);
  });

  test.each(signing)("a changed body of $name is refused", async (pair) => {
    await expectRefused({ ...callOf(pair), body: tampered(pair.body) }, pair);
  });

  test.each(timed)(
    "a delivery of $name is refused when it is stale or from the future",
    async (pair) => {
      const { toleranceSeconds = 300 } = pair;
      const { messages } = await send(
        callOf(pair, { ageSeconds: toleranceSeconds }),
        settingsOf(pair),
      );

      expect(messages).toHaveLength(1);
      await expectRefused(callOf(pair, { ageSeconds: toleranceSeconds + 1 }), pair);
      await expectRefused(callOf(pair, { ageSeconds: -301 }), pair);
    },
  );

  test.each(pairs)("a delivery of $name without a header of its proof is refused", async (pair) => {
    for (const header of pair.proofHeaders) {
      const call = without(callOf(pair), header);

      expect(Object.keys(callOf(pair).headers)).toContain(header);
      await expectRefused(call, pair);
    }
  });

  test.each(pairs)("a delivery of $name with a malformed proof is refused", async (pair) => {
    const call = callOf(pair);
    const [header] = pair.proofHeaders;

    for (const value of malformed(call.headers[header] ?? "")) {
      await expectRefused({ ...call, headers: { ...call.headers, [header]: value } }, pair);
    }
  });

  test.each(challenged)(
    "the challenge of $name gets its reply, and nothing is sent",
    async (pair) => {
      const { challenge, credentials, name } = pair;
      const call = challenge?.call({ key: credentials[0].key, nowSeconds: startSeconds }) ?? {};

      const { reply, messages } = await send({ path: `/${name}`, ...call }, settingsOf(pair));

      expect({ status: reply.status, body: reply.body }).toEqual(challenge?.reply);
      expect(messages).toEqual([]);
    },
  );

  test.each(published)(
    "the delivery that $vector.url shows is accepted",
    async ({ pair, vector }) => {
      const { secret, headers, body, nowSeconds } = vector;
      const call = { method: "POST", path: `/${pair.name}`, headers, body };
      const changed = { ...call, body: tampered(body) };
      const settings = settingsOf(pair, [secret]);
      const nowMs = nowSeconds * 1_000;

      expect((await send(call, settings, nowMs)).messages).toHaveLength(1);
      expect((await send(changed, settings, nowMs)).reply.status).toBe(401);
    },
  );
});
