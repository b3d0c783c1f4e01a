import { createHash, timingSafeEqual } from "node:crypto";
import { twilioSignature } from "../../functions/console/sign-twilio.ts";
import type { FunctionRequest } from "../../functions/host/function-call.ts";
import type { WebhookDiagnosis } from "../delivery.ts";
import type { ProofSource } from "./proof-sources.ts";

/** Explains a signature of Twilio, which covers the URL that Twilio calls. */
export function diagnoseTwilio(
  request: FunctionRequest,
  source: ProofSource,
  sources: readonly ProofSource[],
): WebhookDiagnosis | undefined {
  const configured = String(source.options["url"] ?? "");
  const others = sources.filter(({ name }) => name !== source.name);
  const isSigned = (url: string, secret: string) => isSignedOver(request, url, secret);
  const url = urlsOf(request, configured).find((one) =>
    source.secrets.some((secret) => isSigned(one, secret)),
  );
  if (url !== undefined) {
    return {
      likelyMistake: `Twilio calls ${url.replace(/\?.*/, "?{query}")}, and the source's url is another one.`,
      fix: `Set url of ${source.name} in WEBHOOK_SOURCES to the URL that Twilio calls.`,
    };
  }
  const owner = others.find(({ secrets }) => secrets.some((one) => isSigned(configured, one)));
  return (
    owner && {
      likelyMistake: `It was signed with the secret of the source ${owner.name}.`,
      fix: `Set the auth token of ${source.name} in WEBHOOK_SECRETS.`,
    }
  );
}

/** Returns the URLs that this request may have been sent to, behind a tunnel too. */
function urlsOf({ headers, path, query }: FunctionRequest, configured: string): readonly string[] {
  const hosts = [headers["x-forwarded-host"], headers["x-original-host"], headers["host"]];
  const target = query === "" ? path : `${path}?${query}`;
  const called = hosts
    .filter((host) => host !== undefined)
    .flatMap((host) => [`https://${host}${target}`, `http://${host}${target}`]);
  const bare = configured.replace(/\?.*/, "");
  const near = [
    bare,
    configured.replace(/^http:/, "https:"),
    configured.replace(/^https:/, "http:"),
  ];
  const slashed = [...called, ...near].flatMap((url) => [url, `${url}/`, url.replace(/\/$/, "")]);
  return slashed.filter((url) => url !== configured);
}

function isSignedOver({ headers, body }: FunctionRequest, url: string, secret: string): boolean {
  const made = twilioSignature({
    ...{ url, secret, body: Buffer.from(body).toString() },
    contentType: headers["content-type"] ?? "",
  });
  return timingSafeEqual(digest(made), digest(headers["x-twilio-signature"] ?? ""));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
