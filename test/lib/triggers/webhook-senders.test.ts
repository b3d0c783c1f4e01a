import { beforeEach, describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import {
  httpAdapters,
  logged,
  openAdapters,
  produced,
  stubSettings,
  toReply,
} from "../../support/adapters.ts";
import {
  type HttpCall,
  toFunctionUrl,
  toPayloadV2,
  toPlainParameters,
  toRawParameters,
} from "../../support/calls.ts";
import { createHarness, type Harness, startMs } from "../../support/harness.ts";
import { publicKeySenders } from "../../support/public-key-senders.ts";
import {
  type Fields,
  proofOf,
  type Sender,
  senders as secretSenders,
} from "../../support/senders.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";

const senders = [...secretSenders, ...publicKeySenders];

type Told = {
  readonly secret?: string;
  readonly algorithm?: string;
  /** Age of the signature in seconds. */
  readonly age?: number;
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
};
type Call = HttpCall & { readonly headers: Fields; readonly body: string | Uint8Array };

/** Makes a signed delivery, by default of the sender's sample. */
function callOf(sender: Sender, told: Told = {}): Call {
  const { secret = sender.secret, contentType = sender.contentType, algorithm, age = 0 } = told;
  const nowMs = startMs - age * 1_000;
  const body = told.body ?? sender.bodyAt(nowMs);
  const signed = sender.sign(Buffer.from(body), { secret, nowMs, contentType, algorithm });
  const headers = { "content-type": contentType, ...signed };
  return { method: "POST", path: `/${sender.name}`, headers, body };
}

function changed(call: Call, header: string, value: string): Call {
  return { ...call, headers: { ...call.headers, [header]: value } };
}

function without(call: Call, header: string): Call {
  const { [header]: _, ...headers } = call.headers;
  return { ...call, headers };
}

function renamed(call: Call, rename: (name: string) => string): Call {
  const fields = Object.entries(call.headers).map(([name, value]) => [rename(name), value]);
  return { ...call, headers: Object.fromEntries(fields) };
}

function settingsOf(sender: Sender, options: Bag = {}, secrets = [sender.secret]): Bag {
  const { name, verifier } = sender;
  return {
    ...streamSettings,
    WEBHOOK_SOURCES: { [name]: { verifier, ...sender.options, ...options } },
    WEBHOOK_SECRETS: { [name]: secrets },
  };
}

const refusal = {
  status: 401,
  headers: { "content-type": "application/json" },
  body: '{"status":"refused","reason":"unauthenticated"}',
};

function expectDelivered(sender: Sender, call: Call, sent: { reply: unknown; harness: Harness }) {
  expect(sent.reply).toMatchObject({ status: sender.status });
  const ends = sender.dataOf(Buffer.from(call.body).toString()).map((data) => `,"data":${data}}`);
  const values = produced(sent.harness).map(({ value }) => value);
  expect(values).toEqual(ends.map((end) => expect.stringMatching(endingIn(end))));
}

function endingIn(text: string): RegExp {
  return new RegExp(`${text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$`);
}

/** Values for the signature's header: shorter, longer, in another encoding, and garbage. */
function malformed(sender: Sender, call: Call): readonly string[] {
  const [before, proof] = proofOf(sender, call.headers);
  const bytes = Buffer.from(proof, sender.encoding === "text" ? "utf8" : sender.encoding);
  const other = bytes.toString(sender.encoding === "base64" ? "hex" : "base64");
  const near = ["", " ", proof.slice(0, -1), proof.slice(1), `${proof}A`, other];
  const garbage = ["x".repeat(10_000), "0".repeat(10_000), "\u0000\uFFFF,; =".repeat(1_429)];
  // White space around a header's value, or around an item of a list, is no part of it.
  const followed = sender.list === undefined ? [`${proof} x`] : [];
  const behindPrefix = [...near, ...followed, ...garbage].map((value) => before + value);
  return ["", before.trim().slice(0, -1), ...garbage, ...behindPrefix];
}

const signing = senders.filter(({ proof }) => proof !== "credentials");
const timed = senders.filter(({ proof }) => proof === "body and time");
const single = senders.filter(({ list }) => list === undefined);
const several = senders.filter(({ list }) => list !== undefined);
/** Senders whose bodies may be any bytes, because no time is read from them and they are not split. */
const anyBody = senders.filter(({ name }) => !["linear", "line", "meta"].includes(name));
const otherDigests = ["md5", "sha1", "sha256", "sha512", "sha512-256", "sha3-256"];

describe.each(httpAdapters)("a webhook through $name", ({ open }) => {
  async function send(sender: Sender, call: Call, settings: Bag = settingsOf(sender)) {
    const harness = createHarness();
    const reply = await open(webhook(), { harness, settings }).http(call);
    return { reply, harness };
  }

  async function expectRefused(sender: Sender, call: Call, settings?: Bag) {
    const { reply, harness } = await send(sender, call, settings);
    expect(reply).toEqual(refusal);
    expect(produced(harness)).toEqual([]);
  }

  async function statusOf(sender: Sender, call: Call, options: Bag = {}) {
    const { reply } = await send(sender, call, settingsOf(sender, options));
    return reply.status;
  }

  describe.each(senders)("a delivery from $name", (sender) => {
    const { header, secret, oldSecret } = sender;

    test("the body is delivered byte for byte", async () => {
      const call = callOf(sender);

      const sent = await send(sender, call);

      expectDelivered(sender, call, sent);
      const isEmpty = sent.reply.body === "";
      expect(isEmpty).toBe(sender.status === 204);
    });

    test.for([
      ["upper", (name: string) => name.toUpperCase()],
      ["lower", (name: string) => name.toLowerCase()],
    ] as const)("header names in %s case are accepted", async ([, rename]) => {
      const call = renamed(callOf(sender), rename);

      expectDelivered(sender, call, await send(sender, call));
    });

    test("either of two secrets is accepted, and the log says which", async () => {
      const settings = settingsOf(sender, {}, [secret, oldSecret]);

      for (const [secretInUse, place] of [[secret, 1] as const, [oldSecret, 2] as const]) {
        const call = callOf(sender, { secret: secretInUse });
        const sent = await send(sender, call, settings);

        expectDelivered(sender, call, sent);
        const note = `source ${sender.name} verified by secret ${place} of 2`;
        expect(JSON.stringify(logged(sent.harness))).toContain(note);
      }
    });

    test("another secret, or no signature, is refused", async () => {
      await expectRefused(sender, callOf(sender, { secret: oldSecret }));
      await expectRefused(sender, without(callOf(sender), header));
    });

    test("a malformed signature is refused", async () => {
      const call = callOf(sender);

      for (const value of malformed(sender, call)) {
        await expectRefused(sender, changed(call, header, value));
      }
    });

    test("a body over the limit is refused before its signature is checked", async () => {
      const call = callOf(sender, { body: "a".repeat(700_001), contentType: "text/plain" });

      expect(await statusOf(sender, call)).toBe(413);
      expect(await statusOf(sender, without(call, header))).toBe(413);
    });
  });

  describe.each(signing)("a delivery signed by $name", (sender) => {
    test("another body is refused", async () => {
      const call = callOf(sender);
      const text = Buffer.from(call.body).toString();

      for (const body of [
        "",
        `${text} `,
        text.slice(0, -1),
        `${text.slice(0, 5)}~${text.slice(6)}`,
      ]) {
        await expectRefused(sender, { ...call, body });
      }
    });

    test.for(otherDigests.filter((one) => one !== sender.algorithm))(
      "an HMAC of %s is refused, whole or cut to the length of the right one",
      async (algorithm) => {
        const [, own] = proofOf(sender, callOf(sender).headers);
        const call = callOf(sender, { algorithm });
        const [before, proof] = proofOf(sender, call.headers);

        expect(proof).not.toBe(own);
        await expectRefused(sender, call);
        const cut = changed(call, sender.header, before + proof.slice(0, own.length));
        await expectRefused(sender, cut);
      },
    );
  });

  describe.each(timed)("a delivery whose time is signed by $name", (sender) => {
    const { toleranceSeconds: past } = sender;

    test("the age is accepted up to the limits and refused a second beyond", async () => {
      expect(await statusOf(sender, callOf(sender, { age: past }))).toBe(sender.status);
      expect(await statusOf(sender, callOf(sender, { age: -300 }))).toBe(sender.status);
      await expectRefused(sender, callOf(sender, { age: past + 1 }));
      await expectRefused(sender, callOf(sender, { age: -301 }));
    });

    test("the limits of the source are applied", async () => {
      const options = { toleranceSeconds: 10, futureToleranceSeconds: 5 };
      const ages = [10, 11, -5, -6].map((age) => callOf(sender, { age }));

      const statuses = await Promise.all(ages.map((call) => statusOf(sender, call, options)));

      expect(statuses).toEqual([sender.status, 401, sender.status, 401]);
    });

    // NaN, Infinity, -1 and 1e+25, all of them signed.
    test.for([Number.NaN, Number.NEGATIVE_INFINITY, startMs / 1_000 + 1, -1e25])(
      "a signed time that is not a time is refused (%d s ago)",
      async (age) => {
        await expectRefused(sender, callOf(sender, { age }));
      },
    );
  });

  test.for(single)(
    "a delivery of $name with two signatures, one of them wrong, is refused",
    async (sender) => {
      const call = callOf(sender);
      const right = call.headers[sender.header] ?? "";
      const wrong = callOf(sender, { secret: sender.oldSecret }).headers[sender.header] ?? "";

      expect(wrong).not.toBe(right);
      await expectRefused(sender, changed(call, sender.header, `${right}, ${wrong}`));
      await expectRefused(sender, changed(call, sender.header, `${wrong}, ${right}`));
    },
  );

  test.for(several)("a delivery of $name with a second signature is accepted", async (sender) => {
    const call = callOf(sender);
    const { separator = "", prefix = "" } = sender.list ?? {};
    const [, wrong] = proofOf(sender, callOf(sender, { secret: sender.oldSecret }).headers);
    const [before, right] = proofOf(sender, call.headers);

    for (const [first, second] of [[right, wrong] as const, [wrong, right] as const]) {
      const value = `${before}${first}${separator}${prefix}${second}`;
      const twice = changed(call, sender.header, value);
      expectDelivered(sender, twice, await send(sender, twice));
    }
  });

  const mayBeEmpty = anyBody.filter(({ name }) => name !== "discord" && name !== "chzzk");
  test.for(mayBeEmpty)("a delivery of $name without a body is accepted", async (sender) => {
    const { reply, harness } = await send(sender, callOf(sender, { body: "" }));

    expect(reply.status).toBe(sender.status);
    const [event] = produced(harness).map(({ value }) => JSON.parse(value));
    expect(event).not.toHaveProperty("data");
  });

  test.for([
    ["linear", 401],
    // Nothing separates its time and the body.
    ["discord", 401],
    ["chzzk", 401],
    ["line", 400],
    ["meta", 400],
  ] as const)(
    "a delivery of %s, which must have content, is refused without a body",
    async ([name, status]) => {
      const sender = senders.find((one) => one.name === name) ?? expect.unreachable(name);

      expect(await statusOf(sender, callOf(sender, { body: "" }))).toBe(status);
    },
  );

  test.for(anyBody)(
    "a delivery of $name at the limit of 700,000 bytes is delivered whole",
    async (sender) => {
      const body = `{${"1234567890".repeat(70_000).slice(2)}}`;
      const call = callOf(sender, { body, contentType: "text/plain" });

      const { reply, harness } = await send(sender, call, settingsOf(sender, { bodyType: "auto" }));

      expect(reply.status).toBe(sender.status);
      const values = produced(harness).map(({ value }) => value);
      expect(values.map((value) => value.endsWith(`,"data":"${body}"}`))).toEqual([true]);
    },
  );

  test.for(anyBody)(
    "a delivery of $name with bytes that are not text is delivered",
    async (sender) => {
      const contentType = "application/octet-stream";
      const body = Buffer.from([0x7b, 0xff, 0xfe, 0x01]);
      const call = callOf(sender, { body, contentType });

      const { reply, harness } = await send(sender, call, settingsOf(sender, { bodyType: "auto" }));

      expect(reply.status).toBe(sender.status);
      const events = produced(harness).map(({ value }) => JSON.parse(value));
      expect(events).toMatchObject([{ data_base64: "e//+AQ==" }]);
    },
  );
});

describe.each(senders)("a webhook from $name", (sender) => {
  const call = callOf(sender);

  beforeEach(() => stubSettings(settingsOf(sender)));

  test.for([
    ["plain", toPlainParameters],
    ["in base64", toRawParameters],
  ] as const)("a body that OpenWhisk passes %s is delivered", async ([, toParameters]) => {
    const harness = createHarness();

    const answer = await openAdapters(webhook(), harness).main(
      toParameters(call, settingsOf(sender)),
    );

    expectDelivered(sender, call, { reply: toReply(answer), harness });
  });

  test.for([
    ["plain", toFunctionUrl],
    ["in base64", toPayloadV2],
  ] as const)("a body that Lambda passes %s is delivered", async ([, toEvent]) => {
    const harness = createHarness();

    const answer = await openAdapters(webhook(), harness).handler(toEvent(call));

    expectDelivered(sender, call, { reply: toReply(answer), harness });
  });
});
