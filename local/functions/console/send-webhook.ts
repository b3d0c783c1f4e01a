import { randomUUID } from "node:crypto";
import { closedObject, InvalidInput, textUpTo } from "../../data-stream/control/checked-input.ts";
import { parseHeaders } from "../../http/sent-headers.ts";
import type { FunctionsConnection } from "./connection.ts";
import { sampleOf } from "./samples.ts";
import type { FunctionReply, SentRequest } from "./send-request.ts";
import { sendRequest } from "./send-request.ts";
import type { UnsignedWebhook } from "./sign-webhook.ts";
import { findSigner } from "./sign-webhook.ts";
import type { WebhookSource } from "./sources.ts";
import { readSources } from "./sources.ts";

const nameCharactersMax = 200;
const bodyCharactersMax = 2 * 1024 * 1024;
const wrongSecret = "whsec_d3JvbmctbG9jYWwtc2VjcmV0LTAwMDAwMDAwMDAwMDE=";
const wrongSigningKey = "wrong-local-key-not-for-real-use";

type Fields = Readonly<Record<string, string>>;

/** Sends a delivery as its provider would. The signature is made here, so that the page never holds a secret. */
export async function sendWebhook(
  asked: unknown,
  connection: FunctionsConnection,
): Promise<{ readonly sent: SentRequest; readonly reply: FunctionReply }> {
  const known = ["source", "headers", "body", "wrongSecret"];
  const fields = closedObject(asked, "the webhook", known);
  const source = findSource(fields["source"], connection);
  const sample = sampleOf(source.verifier);
  const body = filled(textUpTo(fields["body"] ?? sample.body, "body", bodyCharactersMax));
  const headers = parseHeaders(fields["headers"] ?? sample.headers, filled);
  const used = fields["wrongSecret"] === true ? withWrongSecret(source) : source;
  const proof = proofOf(source, used, { body, contentType: headers["content-type"] ?? "" });
  const sent = {
    method: "POST",
    url: `${connection.webhookOrigin}/webhook/${encodeURIComponent(source.name)}`,
    headers: { ...headers, ...proof },
    body,
  };
  const reply = await sendRequest(sent);
  return { sent: { ...sent, headers: { ...headers, ...hidden(proof, source) } }, reply };
}

function findSource(value: unknown, { settings }: FunctionsConnection): WebhookSource {
  const name = textUpTo(value, "source", nameCharactersMax);
  const found = readSources(settings).find((source) => source.name === name);
  if (found === undefined) {
    throw new InvalidInput("source must be one of WEBHOOK_SOURCES");
  }
  return found;
}

function proofOf(
  source: WebhookSource,
  used: WebhookSource,
  content: Pick<UnsignedWebhook, "body" | "contentType">,
) {
  const signer = findSigner(source);
  if (signer === undefined) {
    throw new InvalidInput(`the console cannot sign for the verifier ${source.verifier}`);
  }
  const { secret, options, signingKey } = used;
  return signer({ ...content, secret, options, signingKey, nowMs: Date.now() });
}

/**
 * Replaces the secret with another one of the same form, so that the verification fails and not the parsing. A
 * public key stays, because the signing key no longer matches it.
 */
export function withWrongSecret(source: WebhookSource): WebhookSource {
  const secret = source.secret.startsWith("whpk_") ? source.secret : wrongSecret;
  return { ...source, secret, signingKey: wrongSigningKey };
}

/** Hides secrets in the headers. A signature does not expose its secret, but a token or password is one. */
function hidden(proof: Fields, { secret }: WebhookSource): Fields {
  const encoded = Buffer.from(secret).toString("base64");
  return Object.fromEntries(
    Object.entries(proof).map(([name, value]) => [
      name,
      secret === "" ? value : value.replace(secret, "•••").replace(encoded, "•••"),
    ]),
  );
}

/**
 * Fills in the placeholders. Each `{{uuid}}` gets another value, because the events of a delivery do not share an
 * id.
 */
function filled(text: string): string {
  return text
    .replaceAll("{{uuid}}", () => randomUUID())
    .replaceAll("{{ms}}", () => String(Date.now()));
}
