import type { FunctionsConnection } from "../../functions/console/connection.ts";
import type { RequestToSend } from "../../functions/console/send-request.ts";
import { findSigner } from "../../functions/console/sign-webhook.ts";
import { readSources, type WebhookSource } from "../../functions/console/sources.ts";
import type { FunctionRequest } from "../../functions/host/function-call.ts";
import { withoutFraming } from "../../http/sent-headers.ts";

type Fields = Readonly<Record<string, string>>;

export type SignedAgain = {
  readonly request: RequestToSend;
  /** The headers that prove the sender, made anew. They may hold the secret itself. */
  readonly proof: Fields;
  /** Present if nothing was signed, and says why. */
  readonly unsigned?: string;
};

type Signing = { readonly connection: FunctionsConnection; readonly nowMs: number };

/** Makes a request that its source's sender could have sent now: the same, with a new signature. */
export function signAgain(
  request: FunctionRequest,
  sourceName: string | undefined,
  { connection, nowMs }: Signing,
): SignedAgain {
  const source = readSources(connection.settings).find(({ name }) => name === sourceName);
  const headers = withoutFraming(request.headers);
  const proof = proofOf(request, source, nowMs);
  const target = request.query === "" ? request.path : `${request.path}?${request.query}`;
  return {
    request: {
      method: request.method,
      url: `${connection.webhookOrigin}${target}`,
      headers: { ...headers, ...proof },
      body: request.body,
    },
    proof: proof ?? {},
    ...(proof === undefined && { unsigned: unsignedText(source) }),
  };
}

function proofOf(
  { method, headers, body }: FunctionRequest,
  source: WebhookSource | undefined,
  nowMs: number,
): Fields | undefined {
  const signer = source && method === "POST" ? findSigner(source) : undefined;
  if (source === undefined || signer === undefined) {
    return undefined;
  }
  const { secret, options, signingKey } = source;
  const contentType = headers["content-type"] ?? "";
  return signer({ body, contentType, headers, secret, options, signingKey, nowMs });
}

function unsignedText(source: WebhookSource | undefined): string {
  return source === undefined
    ? "No source of WEBHOOK_SOURCES is meant, so the request is as it was."
    : `A request of the source ${source.name} cannot be signed here, so it is as it was.`;
}
