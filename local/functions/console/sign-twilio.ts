import { createHash, createHmac } from "node:crypto";

type TwilioRequest = {
  readonly url: string;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly secret: string;
};

/**
 * Signs as Twilio does: HMAC-SHA1 over the URL, followed by the names and values of a form in the order of the
 * names. For any other body the hash of the body is a part of the URL:
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security (read 2026-11-30).
 */
export function twilioSignature({ url, contentType, body, secret }: TwilioRequest): string {
  const text = contentType.toLowerCase().startsWith("application/x-www-form-urlencoded")
    ? url + formText(Buffer.from(body as string).toString())
    : `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${hashOf(body)}`;
  return createHmac("sha1", secret).update(text).digest("base64");
}

function formText(body: string): string {
  const pairs = [...new URLSearchParams(body)].map(([name, value]) => ({
    name,
    text: name + value,
  }));
  const sorted = pairs.toSorted((a, b) => compare(a.name, b.name) || compare(a.text, b.text));
  // A parameter that is sent twice with the same value is signed once.
  return [...new Map(sorted.map((pair) => [JSON.stringify(pair), pair.text])).values()].join("");
}

function compare(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

function hashOf(body: string | Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
