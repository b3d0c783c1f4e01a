import { isForm } from "../../encoding/media-type.ts";
import { sha256Hex } from "../../encoding/sha256.ts";
import { parseFields, required } from "../../settings/fields.ts";
import { textWhere } from "../../settings/rules.ts";
import { body, header, type Scheme } from "../sources/scheme.ts";
import { decodeSignature, hmac } from "../verify/signature.ts";
import {
  headerMissing,
  notVerified,
  type SignedRequest,
  toVerification,
  type Verifier,
} from "../verify/verifier.ts";

const signing = hmac("sha1");
const signatureHeader = "x-twilio-signature";
/** Limit of form parameters. Twilio sends about 30, and each costs memory before the sender is verified. */
const parametersMax = 1_000;

/**
 * Verifies Twilio's signature (https://www.twilio.com/docs/usage/webhooks/webhooks-security, read 2026-11-30). It covers
 * the URL with the form, or with a hash of any other body. Like Twilio's own library, the verifier tries the URL with
 * and without a port. The fragment is neither sent nor signed: it overrides Twilio's connection settings.
 */
function createTwilio(given: string): Verifier {
  const url = given.replace(/#.*/, "");
  const urls = [url, togglePort(url)];
  return {
    covers: "body",
    proofHeaders: [signatureHeader],
    verify: (delivery, secrets) => {
      const written = delivery.headers.get(signatureHeader);
      const signature = decodeSignature(written ?? "", "base64", signing.bytes);
      if (signature === undefined) {
        return written === undefined
          ? headerMissing(signatureHeader)
          : notVerified(`the header ${signatureHeader} holds no signature`);
      }
      if (countOf("&", delivery.body) >= parametersMax) {
        return notVerified(`the form has over ${parametersMax} parameters`);
      }
      const signed = urls.map((one) => [Buffer.from(toSigned(one, delivery))]);
      const index = secrets.findIndex((secret) =>
        signed.some((parts) => signing.signedBy(secret, parts)(signature)),
      );
      return toVerification(index, secrets, { orElse: ", or over another URL or body" });
    },
  };
}

/** Returns the text that Twilio signs for this URL. For a GET it is the URL with its whole query. */
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

/** Joins sorted names and values without separators, with each value of a name once. */
function toFormText(body: Uint8Array): string {
  const values = new Map<string, Set<string>>();
  // A leading "?" belongs to the first name. After "&" URLSearchParams does not remove it.
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

/** Returns the text that Twilio appends to the URL if the body is not a form. */
function toHashText(body: Uint8Array, url: string): string {
  const hash = sha256Hex(body);
  return `${url.includes("?") ? "&" : "?"}bodySHA256=${hash}`;
}

/**
 * https://www.twilio.com/docs/usage/webhooks (read 2026-11-30). The type is an event's name or a status. Key: the
 * conversation, conference, message, call or task, else the account.
 */
export function twilioScheme(): Scheme {
  const options = {
    url: required(
      textWhere(
        (text) => /^https?:\/\/[!-~]+$/.test(text) && URL.canParse(text),
        "must be the http or https URL that Twilio calls",
      ),
    ),
  };
  return {
    preset: {
      id: header("i-twilio-idempotency-token"),
      type: body(
        "/EventType",
        "/StatusCallbackEvent",
        "/RecordingStatus",
        "/MessageStatus",
        "/SmsStatus",
        "/CallStatus",
      ),
      typePrefix: "com.twilio.",
      key: body(
        "/ConversationSid",
        "/ConferenceSid",
        "/MessageSid",
        "/CallSid",
        "/TaskSid",
        "/AccountSid",
      ),
      senderTimeoutMs: 15_000,
      replyStatus: 204,
    },
    options: Object.keys(options),
    create: (given, within) => {
      const parsed = parseFields(given, options, within);
      return parsed.ok ? { ok: true, value: createTwilio(parsed.value.url) } : parsed;
    },
  };
}
