import { isForm } from "../../encoding/media-type.ts";
import { sha256Hex } from "../../encoding/sha256.ts";
import { textWhere } from "../../settings/rules.ts";
import { parseFields, required } from "../../settings/settings.ts";
import { decodeSignature, hmac } from "../verify/signature.ts";
import {
  notVerified,
  type SignedRequest,
  toVerification,
  type Verifier,
} from "../verify/verifier.ts";
import type { Scheme } from "./scheme.ts";

const signing = hmac("sha1");
/** A form of Twilio's has some 30; each costs memory before its sender is known. */
const parametersMax = 1_000;

/**
 * Twilio docs, "Webhooks security": the URL is signed, with the form or a hash of any other body. As
 * Twilio's own library does, it is taken both with a port and without. The fragment is not sent and
 * not signed: it overrides Twilio's own connection settings ("Webhook connection overrides").
 */
function createTwilio(given: string): Verifier {
  const url = given.replace(/#.*/, "");
  const urls = [url, togglePort(url)];
  return {
    covers: "body",
    proofHeaders: ["x-twilio-signature"],
    verify: (delivery, secrets) => {
      const header = delivery.headers.get("x-twilio-signature");
      const signature = decodeSignature(header ?? "", "base64", signing.signatureBytes);
      if (signature === undefined) {
        const fault = header === undefined ? "is missing" : "holds no signature";
        return notVerified(`the header x-twilio-signature ${fault}`);
      }
      if (countOf("&", delivery.body) >= parametersMax) {
        return notVerified(`the form has over ${parametersMax} parameters`);
      }
      const signed = urls.map((one) => [Buffer.from(toSigned(one, delivery))]);
      const index = secrets.findIndex((secret) =>
        signed.some((parts) => signing.signedBy(secret, parts)(signature)),
      );
      return toVerification(index, secrets.length, { orElse: ", or over another URL or body" });
    },
  };
}

/** What Twilio signs where it calls this URL; of a GET that is the URL with all of its query. */
function toSigned(url: string, { method, headers, body }: SignedRequest): string {
  if (method === "GET") {
    return `${url.replace(/\?.*/, "")}?${Buffer.from(body)}`;
  }
  const isFormBody = isForm(headers.get("content-type") ?? "");
  return url + (isFormBody ? toFormText(body) : toHashText(body, url));
}

function countOf(character: string, body: Uint8Array): number {
  const code = character.charCodeAt(0);
  return body.reduce((count, byte) => count + Number(byte === code), 0);
}

function togglePort(url: string): string {
  const [, origin = "", port, rest = ""] = /^(https?:\/\/[^/?#:]*)(:\d+)?(.*)$/.exec(url) ?? [];
  const added = url.startsWith("https:") ? ":443" : ":80";
  return origin + (port === undefined ? added : "") + rest;
}

/** Names and values without separators, sorted; each value of a name once. */
function toFormText(body: Uint8Array): string {
  const values = new Map<string, Set<string>>();
  // A leading "?" belongs to the first name: behind "&" it is not taken off.
  for (const [name, value] of new URLSearchParams(`&${Buffer.from(body)}`)) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return [...values.keys()]
    .sort()
    .map((name) =>
      [...(values.get(name) ?? [])]
        .sort()
        .map((value) => name + value)
        .join(""),
    )
    .join("");
}

/** What Twilio appends to the URL of a body that is no form. */
function toHashText(body: Uint8Array, url: string): string {
  const hash = sha256Hex(body);
  return `${url.includes("?") ? "&" : "?"}bodySHA256=${hash}`;
}

const options = {
  url: required(
    textWhere(
      (text) => /^https?:\/\/[!-~]+$/.test(text) && URL.canParse(text),
      "must be the http or https URL that Twilio calls",
    ),
  ),
};

/**
 * https://www.twilio.com/docs/usage/webhooks (read 2026-11-30). The fields that tell a kind are an event's
 * name or a status. Key: the conversation, conference, message, call or task, else the account.
 */
export const twilio: Scheme = {
  preset: {
    id: ["header:i-twilio-idempotency-token"],
    type: [
      "body:/EventType",
      "body:/StatusCallbackEvent",
      "body:/RecordingStatus",
      "body:/MessageStatus",
      "body:/SmsStatus",
      "body:/CallStatus",
    ],
    typePrefix: "com.twilio.",
    key: [
      "body:/ConversationSid",
      "body:/ConferenceSid",
      "body:/MessageSid",
      "body:/CallSid",
      "body:/TaskSid",
      "body:/AccountSid",
    ],
    senderTimeoutMs: 15_000,
    expectsNoContent: true,
  },
  options: Object.keys(options),
  create: (given, within) => {
    const parsed = parseFields(given, options, within);
    return parsed.ok ? { ok: true, value: createTwilio(parsed.value.url) } : parsed;
  },
};
