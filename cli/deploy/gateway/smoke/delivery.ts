import type { Settings } from "../../../../lib/model/settings.ts";
import type { Source } from "../../../../lib/webhooks/sources/source.ts";
import { parseSources } from "../../../../lib/webhooks/sources/sources.ts";
import { sampleOf } from "../../../../local/functions/console/samples.ts";
import { withWrongSecret } from "../../../../local/functions/console/send-webhook.ts";
import { findSigner } from "../../../../local/functions/console/sign-webhook.ts";
import { readSources } from "../../../../local/functions/console/sources.ts";

export type SmokeDelivery = {
  readonly source: Source;
  readonly method: "POST" | "GET";
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

type Given = {
  readonly parameters: Settings;
  readonly nowMs: number;
  readonly newId: () => string;
};

function sourcesIn(parameters: Settings): readonly Source[] {
  const parsed = parseSources(parameters);
  return parsed.ok ? [...parsed.value.byName.values()] : [];
}

/**
 * Returns a delivery that the function must refuse. A source whose verifier proves nothing would accept it, so none of
 * those is called. A source that answers with a body goes first, because the body tells whose answer it is.
 */
export function toWrongDelivery(given: Given): SmokeDelivery | undefined {
  const provable = sourcesIn(given.parameters).filter(
    ({ verifier, faults }) => verifier.covers !== "nothing" && faults.length === 0,
  );
  const source = provable.find(({ reply }) => reply.body === "json") ?? provable[0];
  return source === undefined ? undefined : toDelivery(source, given, true);
}

/** Returns a delivery as the source's provider would send it, or the reason why there is none. */
export function toSignedDelivery(name: string, given: Given): SmokeDelivery | string {
  const source = sourcesIn(given.parameters).find((one) => one.name === name);
  if (source === undefined) {
    return `${name} is no source of WEBHOOK_SOURCES`;
  }
  if (!source.methods.includes("POST")) {
    return `${name} takes GET only, and the smoke call sends a POST`;
  }
  return toDelivery(source, given, false) ?? `deploy cannot sign for the verifier of ${name}`;
}

function toDelivery(source: Source, given: Given, isWrong: boolean): SmokeDelivery | undefined {
  const found = readSources(textsIn(given.parameters)).find((one) => one.name === source.name);
  const sign = found === undefined ? undefined : findSigner(found);
  if (found === undefined || (sign === undefined && !isWrong)) {
    return undefined;
  }
  const { secret, options, signingKey } = isWrong ? withWrongSecret(found) : found;
  const { headers, body } = fillSample(found.verifier, given);
  const unsigned = { secret, options, signingKey, body, nowMs: given.nowMs };
  // Without a signature a delivery is refused as well as with a wrong one.
  const proof = sign?.({ ...unsigned, contentType: headers["content-type"] ?? "" }) ?? {};
  const common = { source, headers: { ...headers, ...proof } };
  return source.methods.includes("POST")
    ? { ...common, method: "POST", query: queryOf(options["query"], secret), body }
    : { ...common, method: "GET", query: "smoke=1", body: "" };
}

/** A sender of the verifier `token` may have its secret in the query. */
function queryOf(name: unknown, secret: string): string {
  return typeof name === "string" ? `${name}=${encodeURIComponent(secret)}` : "";
}

function textsIn(parameters: Settings): Readonly<Record<string, string>> {
  const entries = Object.entries(parameters);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function fillSample(verifier: string, { nowMs, newId }: Given) {
  const fill = (text: string) =>
    text.replaceAll("{{uuid}}", () => newId()).replaceAll("{{ms}}", String(nowMs));
  const sample = sampleOf(verifier);
  const headers = Object.entries(sample.headers).map(([name, value]) => [name, fill(value)]);
  return {
    headers: Object.fromEntries(headers) as Readonly<Record<string, string>>,
    body: fill(sample.body),
  };
}
