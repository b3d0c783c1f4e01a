import { isUtf8 } from "node:buffer";
import type { FunctionReply, FunctionRequest } from "../functions/host/function-call.ts";
import { type HideSecrets, hiddenText } from "./hide-secrets.ts";
import type { Headers, ShownBody, ShownReply, ShownRequest } from "./shown-body.ts";

/** A header that proves the sender, or a cookie. */
const hiddenHeader =
  /^(?!.*idempotency).*(authorization|cookie|signature|hmac|secret|token|passw|credential|api-?key|access-key|private-key|ed25519)/i;
/** A parameter of a query that is a credential, such as `hub.verify_token`. */
const hiddenParameter =
  /(secret|token|passw|signature|credential|api[-_.]?key|access[-_.]?key|auth)|^(sig|sign|code|key|pwd|hmac)$/i;

/** Returns a request without its secrets. `hiddenNames` are headers and parameters that sources have their proof in. */
export function showRequest(
  { method, path, query, headers, body }: FunctionRequest,
  hide: HideSecrets,
  hiddenNames: ReadonlySet<string>,
): ShownRequest {
  return {
    method,
    path: hide.text(query === "" ? path : `${path}?${showQuery(query, hiddenNames)}`),
    headers: showHeaders(headers, hide, hiddenNames),
    ...showBody(body, hide),
  };
}

export function showReply({ status, headers, body }: FunctionReply, hide: HideSecrets): ShownReply {
  return { status, headers: showHeaders(headers, hide, new Set()), ...showBody(body, hide) };
}

export function isHiddenHeader(name: string, hiddenNames: ReadonlySet<string>): boolean {
  return hiddenHeader.test(name) || hiddenNames.has(name.toLowerCase());
}

function showHeaders(
  headers: Headers,
  hide: HideSecrets,
  hiddenNames: ReadonlySet<string>,
): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      hide.text(name),
      isHiddenHeader(name, hiddenNames) ? hiddenText : hide.text(value),
    ]),
  );
}

function showQuery(query: string, hiddenNames: ReadonlySet<string>): string {
  return query
    .split("&")
    .map((pair) => {
      const [name = "", value] = pair.split(/=(.*)/s);
      const isHidden = hiddenParameter.test(decode(name)) || hiddenNames.has(decode(name));
      return value !== undefined && isHidden ? `${name}=${hiddenText}` : pair;
    })
    .join("&");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function showBody(body: Uint8Array, hide: HideSecrets): ShownBody {
  const whole = { bodyBytes: body.length, isBodyCut: false };
  return isUtf8(body)
    ? { body: hide.text(Buffer.from(body).toString()), bodyEncoding: "utf-8", ...whole }
    : { body: hide.bytes(body).toString("base64"), bodyEncoding: "base64", ...whole };
}

const cutCharacters = 64 * 1024;

/** Cuts a long body for a list. */
export function cutBody<Shown extends ShownBody>(shown: Shown): Shown {
  return shown.body.length <= cutCharacters
    ? shown
    : { ...shown, body: shown.body.slice(0, cutCharacters), isBodyCut: true };
}
