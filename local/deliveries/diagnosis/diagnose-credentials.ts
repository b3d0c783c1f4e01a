import { createHash, timingSafeEqual } from "node:crypto";
import type { FunctionRequest } from "../../functions/host/function-call.ts";
import type { WebhookDiagnosis } from "../delivery.ts";
import type { ProofSource } from "./proof-sources.ts";

/** Schemes of the header Authorization by verifier. */
const authorizationSchemes: Readonly<Record<string, string>> = {
  bearer: "Bearer",
  basic: "Basic",
  kakao: "KakaoAK",
};

/** Returns the header that a source's credentials are in; undefined if it has none. */
export function credentialHeaderOf({ verifier, options }: ProofSource): string | undefined {
  if (Object.hasOwn(authorizationSchemes, verifier)) {
    return "authorization";
  }
  const own = typeof options["header"] === "string" ? options["header"].toLowerCase() : undefined;
  const headers = new Map([
    ["token", own],
    ["telegram", "x-telegram-bot-api-secret-token"],
    ["gitlab", "x-gitlab-token"],
  ]);
  return headers.get(verifier);
}

/** Explains credentials that no secret equals. They are not repeated. */
export function diagnoseCredentials(
  { headers }: FunctionRequest,
  source: ProofSource,
  sources: readonly ProofSource[],
): WebhookDiagnosis | undefined {
  const header = headers[credentialHeaderOf(source) ?? ""] ?? "";
  const scheme = authorizationSchemes[source.verifier];
  const [name = "", ...rest] = header.split(" ");
  if (scheme !== undefined && name.toLowerCase() !== scheme.toLowerCase()) {
    const hasOther = rest.length > 0 && /^[a-z0-9-]{1,20}$/i.test(name);
    return {
      likelyMistake: hasOther
        ? `The credentials have another scheme than ${scheme}.`
        : `The word ${scheme} is missing before the credentials.`,
      fix: `Send authorization: ${scheme} {credentials}`,
    };
  }
  const sent = scheme === undefined ? header : rest.join(" ");
  const given = source.verifier === "basic" ? Buffer.from(sent, "base64").toString() : sent;
  return findCredentialMistake(sent, given, { source, sources });
}

type Sources = { readonly source: ProofSource; readonly sources: readonly ProofSource[] };

function findCredentialMistake(
  sent: string,
  given: string,
  { source, sources }: Sources,
): WebhookDiagnosis | undefined {
  const fix = `Set the secret of ${source.name} at the sender, as WEBHOOK_SECRETS has it.`;
  const isOwn = (text: string) => source.secrets.some((secret) => isEqual(secret, text));
  const other = sources.find(
    ({ name, secrets }) => name !== source.name && secrets.some((secret) => isEqual(secret, given)),
  );
  const user = given.split(":")[0] ?? "";
  const isBasic = source.verifier === "basic";
  const mistakes: readonly (readonly [boolean, string])[] = [
    [other !== undefined, `They are the credentials of the source ${other?.name}.`],
    [isOwn(sent) && isBasic, "The credentials are not encoded as Base64."],
    [isOwn(Buffer.from(sent, "base64").toString()), "The secret is encoded as Base64."],
    [isOwn(given.trim()), "The secret has white space around it."],
    [isOwn(given.replaceAll(/["']/g, "")), "The secret has quotes around it."],
    [isOwn(given.replace(/^(Bearer|Token|Basic) /i, "")), "A word stands before the secret."],
    [
      isBasic && source.secrets.some((secret) => isEqual(secret.split(":")[0] ?? "", user)),
      "The user is right and the password is another one.",
    ],
  ];
  const found = mistakes.find(([fits]) => fits);
  return found && { likelyMistake: found[1], fix };
}

function isEqual(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
