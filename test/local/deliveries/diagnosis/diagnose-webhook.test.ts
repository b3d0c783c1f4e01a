import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { diagnoseWebhook } from "../../../../local/deliveries/diagnosis/diagnose-webhook.ts";
import { readProofSources } from "../../../../local/deliveries/diagnosis/proof-sources.ts";
import { senders } from "../../../support/senders.ts";
import { calledMs, requestOf } from "../calls.ts";

const secret = "canary-diagnosed-secret-1c94";
const sources = {
  github: { verifier: "github" },
  stripe: { verifier: "stripe" },
  slack: { verifier: "slack" },
  shop: { verifier: "hmac", header: "X-Shop-Signature", encoding: "base64", prefix: "s=" },
  standard: { verifier: "standard-webhooks" },
  line: { verifier: "line" },
  linear: { verifier: "linear" },
  alerts: { verifier: "bearer" },
  reports: { verifier: "basic" },
  devices: { verifier: "token", header: "X-Api-Key" },
  kakao: { verifier: "kakao" },
  calls: { verifier: "twilio", url: "https://hooks.example.com/twilio" },
  asked: { verifier: "token", query: "token" },
  bank: {
    ...{ verifier: "hmac", header: "X-Bank", encoding: "base64url", secretEncoding: "hex" },
    ...{ prefix: "s:", separator: "|", timestampPrefix: "t:", idHeader: "X-Bank-Id" },
    template: "{id}|{timestamp}|{body}",
  },
};
const secrets = {
  ...Object.fromEntries(Object.keys(sources).map((name) => [name, [`${secret}-${name}`]])),
  standard: [`whsec_${Buffer.from(secret).toString("base64")}`],
  reports: [`user:${secret}`],
  bank: [Buffer.from(`${secret}-bank`).toString("hex")],
};
const read = readProofSources({
  WEBHOOK_SOURCES: JSON.stringify(sources),
  WEBHOOK_SECRETS: JSON.stringify(secrets),
});

type Refused = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly method?: string;
  readonly contentType?: string;
};

function diagnose(name: string, refused: Refused) {
  const { headers = {}, body = "{}", method = "POST", contentType = "application/json" } = refused;
  const source = read.find((one) => one.name === name);
  if (source === undefined) {
    throw new Error(name);
  }
  return diagnoseWebhook({
    ...{ source, sources: read, nowMs: calledMs },
    request: requestOf({
      ...{ method, path: `/webhook/${name}`, body: Buffer.from(body) },
      headers: { "content-type": contentType, host: "abc.example.app", ...headers },
    }),
  });
}

type Mac = { readonly key?: string | Buffer; readonly algorithm?: string };

function mac(text: string, { key = `${secret}-github`, algorithm = "sha256" }: Mac = {}) {
  return createHmac(algorithm, key).update(text).digest();
}

function github(signature: Buffer, body: string) {
  return diagnose("github", {
    headers: { "x-hub-signature-256": `sha256=${signature.toString("hex")}` },
    body,
  });
}

const now = String(calledMs / 1000);
const minified = '{"a":1,"한":"글/"}';

describe("the diagnosis of a refused signature", () => {
  test.each([
    ["without the line end that was signed", minified, `${minified}\n`],
    ["with a line end that was not signed", `${minified}\n`, minified],
    ["with CRLF in place of LF", '{\r\n"a":1}', '{\n"a":1}'],
    ["with LF in place of CRLF", '{\n"a":1}', '{\r\n"a":1}'],
    ["formatted otherwise: it was signed minified", '{ "a": 1 }', '{"a":1}'],
    ["formatted otherwise: it was signed with two spaces", '{"a":1}', '{\n  "a": 1\n}'],
    ["formatted otherwise: it was signed with tabs", '{"a":1}', '{\n\t"a": 1\n}'],
    [
      "formatted otherwise: it was signed with blanks after commas and colons",
      '{"a":"x:y,z","b":[1,2]}',
      '{"a": "x:y,z", "b": [1, 2]}',
    ],
    ["with characters escaped otherwise", minified, '{"a":1,"\\ud55c":"\\uae00\\/"}'],
    ["as Base64: it was signed before it was encoded", "eyJhIjoxfQ==", '{"a":1}'],
    ["with a byte order mark that was not signed", '\uFEFF{"a":1}', '{"a":1}'],
    ["with another body: the signature fits an empty one", '{"a":1}', ""],
    ["as JSON: it was signed as a form", '{"a":1}', "payload=%7B%22a%22%3A1%7D"],
  ])("a body that came %s is recognized", (change, received, signed) => {
    expect(github(mac(signed), received).likelyMistake).toBe(`The body came ${change}.`);
  });

  test.each([
    ["The sender's secret ends with a line end.", `${secret}-github\n`],
    ["The sender's secret ends with a CRLF.", `${secret}-github\r\n`],
    ["The sender's secret ends with a blank.", `${secret}-github `],
    ["The sender's secret has quotes around it.", `"${secret}-github"`],
    ["It was signed with the secret of the source stripe.", `${secret}-stripe`],
    ["The sender decoded the secret as Base64.", Buffer.from(`${secret}-github`, "base64")],
    [
      "The sender encoded the secret as Base64.",
      Buffer.from(`${secret}-github`).toString("base64"),
    ],
  ])("the diagnosis is: %s", (mistake, key) => {
    expect(github(mac("{}", { key }), "{}").likelyMistake).toBe(mistake);
  });

  test("two mistakes at once are both named", () => {
    expect(github(mac("{}\n", { key: `${secret}-stripe` }), "{}").likelyMistake).toBe(
      "It was signed with the secret of the source stripe. The body came without the line end that was signed.",
    );
  });

  test.each([
    [`${mac("{}").toString("hex")}`, "The prefix sha256= is missing before the signature."],
    [
      `sha256=${mac("{}").toString("base64")}`,
      "The signature is Base64 (standard alphabet, padded) instead of hex.",
    ],
    [
      `sha1=${mac("{}", { algorithm: "sha1" }).toString("hex")}`,
      "It was signed with HMAC-SHA1. The prefix sha256= is missing before the signature.",
    ],
  ])("the header %s is recognized", (value, mistake) => {
    const { likelyMistake } = diagnose("github", { headers: { "x-hub-signature-256": value } });

    expect(likelyMistake).toBe(mistake);
  });

  test("hex in place of Base64, with the options of a source of one's own, is recognized", () => {
    const value = `s=${mac("{}", { key: `${secret}-shop` }).toString("hex")}`;

    expect(diagnose("shop", { headers: { "x-shop-signature": value } }).likelyMistake).toBe(
      "The signature is hex instead of Base64 (standard alphabet, padded).",
    );
  });

  test.each([
    {
      ...{ name: "github", headers: { "stripe-signature": "t=1,v1=2" } },
      ...{ mistake: /looks like a delivery of stripe\.$/, fix: "/webhook/stripe" },
    },
    {
      ...{ name: "stripe", headers: { "x-hub-signature-256": "sha256=0" } },
      ...{ mistake: /looks like a delivery of github or meta\.$/, fix: "/webhook/github" },
    },
    {
      ...{ name: "github", headers: { "x-hub-signature": "sha256=0" } },
      ...{ mistake: /x-hub-signature is there/, fix: "with the verifier bitbucket or jira" },
    },
    {
      name: "line",
      headers: {},
      mistake: /^The header x-line-signature is missing\.$/,
      fix: "Set a",
    },
    {
      name: "alerts",
      headers: {},
      mistake: /^The header authorization is missing\.$/,
      fix: "Set a",
    },
    { name: "devices", headers: {}, mistake: /^The header x-api-key is missing\.$/, fix: "Set a" },
    {
      ...{ name: "asked", headers: {}, mistake: /^The query's parameter token is missing/ },
      fix: "/webhook/asked?token={secret}",
    },
  ])(
    "a delivery for $name with the headers $headers is explained",
    ({ name, headers, ...told }) => {
      const diagnosis = diagnose(name, { headers: headers as Record<string, string> });

      expect(diagnosis.likelyMistake).toMatch(told.mistake);
      expect(diagnosis.fix).toContain(told.fix);
    },
  );

  test("a GET in place of a POST is named", () => {
    expect(diagnose("github", { method: "GET" }).likelyMistake).toBe(
      "The header x-hub-signature-256 is missing, and the method is GET.",
    );
  });

  test("every option of a source of one's own is followed", () => {
    const key = `${secret}-bank`;
    const made = (text: string, encoding: "hex" | "base64url") =>
      mac(`bank-1|${now}|${text}`, { key }).toString(encoding);
    const likely = (signature: string, body: string) =>
      diagnose("bank", {
        headers: { "x-bank": `t:${now}|s:${signature}`, "x-bank-id": "bank-1" },
        body,
      }).likelyMistake;

    expect(likely(made("{}", "base64url"), "{}\n")).toBe(
      "The body came with a line end that was not signed.",
    );
    expect(likely(made("{}", "hex"), "{}")).toBe("The signature is hex instead of Base64url.");
  });

  test.each([
    [3_600, "The signed time is 3600 s old, and the source takes 300 s."],
    [-3_600, "The signed time is 3600 s in the future, and the source takes 300 s."],
  ])("a time that is %i s old is told apart from a wrong secret", (age, mistake) => {
    const time = String(calledMs / 1000 - age);
    const made = mac(`${time}.{}`, { key: `${secret}-stripe` }).toString("hex");
    const right = diagnose("stripe", { headers: { "stripe-signature": `t=${time},v1=${made}` } });
    const wrong = diagnose("stripe", {
      headers: { "stripe-signature": `t=${time},v1=${"0".repeat(64)}` },
    });

    expect(right.likelyMistake).toBe(mistake);
    expect(wrong.likelyMistake).toBe(`The signature fits no secret of the source. ${mistake}`);
  });

  test("a time that was signed in milliseconds and sent in seconds is recognized", () => {
    const made = mac(`v0:${now}000:{}`, { key: `${secret}-slack` }).toString("hex");
    const headers = { "x-slack-request-timestamp": now, "x-slack-signature": `v0=${made}` };

    expect(diagnose("slack", { headers }).likelyMistake).toBe(
      "It signed the time in milliseconds and sent it in seconds.",
    );
  });

  test("a body that was signed without the time is recognized", () => {
    const made = mac("{}", { key: `${secret}-slack` }).toString("hex");
    const headers = { "x-slack-request-timestamp": now, "x-slack-signature": `v0=${made}` };

    expect(diagnose("slack", { headers })).toEqual({
      likelyMistake: "It signed the body alone.",
      fix: "Sign the text v0:{timestamp}:{body}.",
    });
  });

  test("a missing time is named beside the signature", () => {
    const made = mac("v0::{}", { key: `${secret}-slack` }).toString("hex");

    expect(
      diagnose("slack", { headers: { "x-slack-signature": `v0=${made}` } }).likelyMistake,
    ).toBe("The signed time is missing or malformed in the header x-slack-request-timestamp.");
  });

  test("the time in a body of Linear is looked at", () => {
    const body = `{"webhookTimestamp":${calledMs - 36_000_000}}`;
    const made = mac(body, { key: `${secret}-linear` }).toString("hex");

    expect(diagnose("linear", { headers: { "linear-signature": made }, body }).likelyMistake).toBe(
      "The signed time is 36000 s old, and the source takes 28800 s.",
    );
  });

  test("a secret of Standard Webhooks that was used as text is recognized", () => {
    const key = `whsec_${Buffer.from(secret).toString("base64")}`;
    const made = mac(`msg_1.${now}.{}`, { key }).toString("base64");
    const headers = {
      ...{ "webhook-id": "msg_1", "webhook-timestamp": now },
      "webhook-signature": `v1,${made}`,
    };

    expect(diagnose("standard", { headers }).likelyMistake).toBe(
      "The sender used the secret as text, undecoded.",
    );
  });

  test.each(["https://abc.example.app/webhook/calls", "http://hooks.example.com/twilio"])(
    "the URL %s that Twilio called is found",
    (url) => {
      const made = mac(`${url}BodypaidToRelay`, { key: `${secret}-calls`, algorithm: "sha1" });

      const { likelyMistake } = diagnose("calls", {
        headers: { "x-twilio-signature": made.toString("base64") },
        ...{ body: "To=Relay&Body=paid", contentType: "application/x-www-form-urlencoded" },
      });

      expect(likelyMistake).toBe(`Twilio calls ${url}, and the source's url is another one.`);
    },
  );

  test.each([
    ["alerts", "Basic eDp5", "The credentials have another scheme than Bearer."],
    ["alerts", `${secret}-alerts`, "The word Bearer is missing before the credentials."],
    ["alerts", `Bearer ${secret}-kakao`, "They are the credentials of the source kakao."],
    ["alerts", `Bearer "${secret}-alerts"`, "The secret has quotes around it."],
    [
      "alerts",
      `Bearer ${Buffer.from(`${secret}-alerts`).toString("base64")}`,
      "The secret is encoded as Base64.",
    ],
    ["kakao", `Bearer ${secret}-kakao`, "The credentials have another scheme than KakaoAK."],
    ["reports", `Basic user:${secret}`, "The credentials are not encoded as Base64."],
    [
      "reports",
      `Basic ${Buffer.from("user:wrong").toString("base64")}`,
      "The user is right and the password is another one.",
    ],
  ])("credentials of %s as %s are explained", (name, authorization, mistake) => {
    expect(diagnose(name, { headers: { authorization } }).likelyMistake).toBe(mistake);
  });

  test("credentials that no known mistake explains have nothing to do with the body", () => {
    expect(diagnose("alerts", { headers: { authorization: "Bearer other" }, body: "" })).toEqual({
      likelyMistake: "The sender uses a secret that no source has.",
      fix: "Compare the secret of alerts at the sender with WEBHOOK_SECRETS.",
    });
  });

  test("a header in which nothing can be a signature is told from a wrong secret", () => {
    expect(diagnose("github", { headers: { "x-hub-signature-256": "garbage" } })).toEqual({
      likelyMistake: "The header x-hub-signature-256 holds no signature.",
      fix: "Send x-hub-signature-256: sha256={signature}, in hex.",
    });
  });

  test("GitHub's older header of SHA-1 alone is no delivery of another provider", () => {
    const headers = { "x-hub-signature": `sha1=${"0".repeat(40)}` };

    expect(diagnose("github", { headers }).likelyMistake).toBe(
      "The header x-hub-signature-256 is missing, and x-hub-signature has one of SHA-1.",
    );
  });

  test.each([
    ["", "application/json", /^The body is empty/],
    ["a=b", "application/json", /^The content type says JSON and the body is no JSON object/],
    [
      '{"a":1}',
      "application/x-www-form-urlencoded",
      /^The content type says form and the body is JSON/,
    ],
    ['{"a":1}', "application/json", /^The sender uses a secret that no source has/],
  ])(
    "of the body %o as %s, which nothing explains, the striking part is told",
    (body, contentType, mistake) => {
      const headers = { "x-hub-signature-256": `sha256=${"0".repeat(64)}` };

      expect(diagnose("github", { headers, body, contentType }).likelyMistake).toMatch(mistake);
    },
  );

  test("a body of 1 MiB is explained within 3 s", () => {
    const body = JSON.stringify({ text: "한".repeat(350_000) });
    // CPU time: other programs on the machine do not count.
    const before = process.cpuUsage();

    github(mac("nothing known"), body);

    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);
  });

  test.each(senders.filter(({ proof }) => proof !== "credentials"))(
    "a delivery of $name that a line end was added to is explained, and no secret is told",
    (sender) => {
      const { name, verifier, options, contentType } = sender;
      const body = sender.bodyAt(calledMs);
      const used = { secret: sender.secret, nowMs: calledMs, contentType };
      const signed = Object.entries(sender.sign(Buffer.from(body), used));
      const source = { name, verifier, options, secrets: [sender.secret] };

      const diagnosis = diagnoseWebhook({
        ...{ source, sources: [source], nowMs: calledMs },
        request: requestOf({
          headers: {
            "content-type": contentType,
            ...Object.fromEntries(signed.map(([header, value]) => [header.toLowerCase(), value])),
          },
          body: Buffer.from(verifier === "twilio" ? body : `${body}\n`),
        }),
      });

      expect(JSON.stringify(diagnosis)).not.toContain(sender.secret);
      expect(diagnosis.likelyMistake).toMatch(
        verifier === "twilio" ? /./ : /^The body came with a line end that was not signed\.$/,
      );
    },
  );
});
