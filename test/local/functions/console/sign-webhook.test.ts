import { createHmac, createPrivateKey, sign as signEd25519 } from "node:crypto";
import { verifyKey } from "discord-interactions";
import twilioLibrary from "twilio";
import { describe, expect, test } from "vitest";
import { sampleOf } from "../../../../local/functions/console/samples.ts";
import { findSigner } from "../../../../local/functions/console/sign-webhook.ts";
import { senders } from "../../../support/senders.ts";

const { validateRequest } = twilioLibrary;
const usual = { name: "a", options: {}, secret: "local-secret", signingKey: "" };
/** The public key of 32 bytes 0x11, made with openssl; see https://www.rfc-editor.org/rfc/rfc8032. */
const publicKeyHex = "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737";
const publicKey = Buffer.from(publicKeyHex, "hex");

function standardSignature(secret: string, content: string): string {
  if (!secret.startsWith("whpk_")) {
    const key = Buffer.from(secret.slice(6), "base64");
    return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
  }
  const der = Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    Buffer.alloc(32, 0x11),
  ]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return `v1a,${signEd25519(null, Buffer.from(content), key).toString("base64")}`;
}

describe("the console's signatures", () => {
  // The senders' own key pair is made of 32 equal bytes.
  const signingKey = "\u0011".repeat(32);

  // The signed id is new each time: sign-generic.test.ts.
  const others = senders.filter(({ name }) => name !== "hmac-with-id");

  test.each(others)("a signature of $name is the one that its provider documents", (sender) => {
    const nowMs = 1_700_000_000_000;
    const body = sender.bodyAt(nowMs);
    const { secret, options, contentType } = sender;
    const expected = new Headers(sender.sign(Buffer.from(body), { secret, nowMs, contentType }));

    const source = { name: sender.name, verifier: sender.verifier, options, secret, signingKey };
    const made = new Headers(findSigner(source)?.({ ...source, body, contentType, nowMs }));

    // A signed id is new each time, so that header is compared by how it is made.
    const id = [...made].find(([name]) => /^(webhook|svix)-id$/.test(name))?.[1];
    const chzzkId = made.get("chzzk-event-message-id");
    if (chzzkId !== null) {
      const content = `${chzzkId}2023-11-14T22:13:20.000Z${body}`;
      const hex = createHmac("sha256", secret).update(content).digest("hex");
      expect(made.get(sender.header)).toBe(`sha256=${hex}`);
    } else if (id !== undefined && sender.header.endsWith("-signature")) {
      const content = `${id}.1700000000.${body}`;
      expect(made.get(sender.header)).toBe(standardSignature(secret, content));
    } else {
      expect(made.get(sender.header)).toBe(expected.get(sender.header));
      for (const [name, value] of made) {
        expect([name, value]).toEqual([name, expected.get(name)]);
      }
    }
  });

  test("the providers' own libraries accept the signatures", async () => {
    const nowMs = 1_700_000_000_000;
    const body = "To=%2B82&Body=a+b&Body=a+b&Body=A&Z=1&a=";
    const discord = findSigner({ ...usual, verifier: "discord", secret: publicKeyHex, signingKey });
    const twilio = findSigner({ ...usual, verifier: "twilio" });
    const url = "https://hooks.example.com/twilio?from=sms";
    const contentType = "application/x-www-form-urlencoded; charset=utf-8";

    const event = discord?.({ ...usual, signingKey, body: "{}", contentType: "", nowMs }) ?? {};
    const form = twilio?.({ ...usual, options: { url }, body, contentType, nowMs }) ?? {};

    const { "x-signature-ed25519": signature = "", "x-signature-timestamp": time = "" } = event;
    expect(await verifyKey("{}", signature, time, publicKeyHex)).toBe(true);
    expect(await verifyKey("{} ", signature, time, publicKeyHex)).toBe(false);
    const parameters = { To: "+82", Body: ["a b", "a b", "A"], Z: "1", a: "" };
    const sent = form["x-twilio-signature"] ?? "";
    expect(validateRequest(usual.secret, sent, url, parameters)).toBe(true);
    expect(validateRequest(usual.secret, sent, url, { ...parameters, Z: "2" })).toBe(false);
  });

  test.each([
    ["discord", publicKeyHex, "", false],
    ["discord", publicKeyHex, signingKey, true],
    ["discord", publicKeyHex, "\u0022".repeat(32), false],
    ["discord", "", signingKey, false],
    ["standard-webhooks", `whpk_${publicKey.toString("base64")}`, signingKey, true],
    ["standard-webhooks", `whpk_${publicKey.toString("base64")}`, "short", false],
    ["public-key", publicKeyHex, signingKey, true],
    ["public-key", publicKeyHex, "", false],
    ["public-key", publicKey.toString("base64"), signingKey, false],
    ["constructor", "a", "", false],
  ] as const)(
    "the signer for %s, %j, with the key pair of %j exists: %s",
    (...[verifier, secret, key, can]) => {
      const signer = findSigner({ ...usual, verifier, secret, signingKey: key });

      expect(signer !== undefined).toBe(can);
    },
  );

  test("every signer has a sample that is JSON or a form once it is filled in", () => {
    for (const { verifier, contentType } of senders) {
      const { headers, body } = sampleOf(verifier);
      expect([verifier, headers["content-type"]]).toEqual([verifier, contentType]);
      if (contentType === "application/json") {
        expect(JSON.parse(body.replaceAll("{{ms}}", "1"))).toBeTypeOf("object");
      }
    }
  });
});
