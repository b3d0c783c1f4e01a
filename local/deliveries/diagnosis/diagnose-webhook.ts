import type { FunctionRequest } from "../../functions/host/function-call.ts";
import type { WebhookDiagnosis } from "../delivery.ts";
import { credentialHeaderOf, diagnoseCredentials } from "./diagnose-credentials.ts";
import { diagnoseTwilio } from "./diagnose-twilio.ts";
import { findMistake } from "./find-mistake.ts";
import type { ProofSource } from "./proof-sources.ts";
import { readSignatures } from "./signature-readings.ts";
import { type SignatureScheme, schemeOf, signatureHeaders } from "./signature-schemes.ts";
import { findAgeProblem, signedTimeOf } from "./signed-time.ts";

export type RefusedWebhook = {
  readonly request: FunctionRequest;
  readonly source: ProofSource;
  readonly sources: readonly ProofSource[];
  readonly nowMs: number;
};

/** Explains why the proof of a webhook was refused. It never says a secret or a signature. */
export function diagnoseWebhook(refused: RefusedWebhook): WebhookDiagnosis {
  const { request, source, sources } = refused;
  const scheme = schemeOf(source);
  const header = proofHeaderOf(source, scheme);
  if (header !== undefined && request.headers[header] === undefined) {
    return diagnoseMissing(header, refused);
  }
  if (scheme !== undefined) {
    return (
      diagnoseSigned(scheme, refused) ?? diagnoseForm(scheme, request) ?? diagnoseUnknown(refused)
    );
  }
  const found = diagnoseUnsigned(request, source, sources);
  const isCredential = credentialHeaderOf(source) !== undefined;
  return found ?? (isCredential ? unknownCredentials(source) : diagnoseUnknown(refused));
}

function proofHeaderOf(
  source: ProofSource,
  scheme: SignatureScheme | undefined,
): string | undefined {
  return source.verifier === "twilio"
    ? "x-twilio-signature"
    : (scheme?.header ?? credentialHeaderOf(source));
}

/** Explains a missing header. The header of another provider says whose delivery it is. */
function diagnoseMissing(
  header: string,
  { request, source, sources }: RefusedWebhook,
): WebhookDiagnosis {
  const missing = `The header ${header} is missing`;
  const other = signatureHeaders.find(
    ([name]) => name !== header && request.headers[name] !== undefined,
  );
  if (header === "x-hub-signature-256" && request.headers["x-hub-signature"]?.startsWith("sha1=")) {
    return {
      likelyMistake: `${missing}, and x-hub-signature has one of SHA-1.`,
      fix: "Sign with HMAC-SHA256, and pass on every header.",
    };
  }
  if (other !== undefined) {
    return diagnoseOtherProvider(missing, other[0], sources);
  }
  if (request.method !== "POST") {
    return {
      likelyMistake: `${missing}, and the method is ${request.method}.`,
      fix: "Set the sender to POST. A redirect on the way turns a POST into a GET.",
    };
  }
  return {
    likelyMistake: `${missing}.`,
    fix: `Set a secret for ${source.name} at the sender: without one it does not sign. A proxy in between must pass the header on.`,
  };
}

function diagnoseOtherProvider(
  missing: string,
  found: string,
  sources: readonly ProofSource[],
): WebhookDiagnosis {
  const verifiers = signatureHeaders.filter(([name]) => name === found).map(([, name]) => name);
  const owners = sources.filter(({ verifier }) => verifiers.includes(verifier));
  return {
    likelyMistake: `${missing}, and ${found} is there: this looks like a delivery of ${verifiers.join(" or ")}.`,
    fix:
      owners.length === 0
        ? `Give it a source with the verifier ${verifiers.join(" or ")}.`
        : `Send it to ${owners.map(({ name }) => `/webhook/${name}`).join(" or ")}.`,
  };
}

function diagnoseUnsigned(
  request: FunctionRequest,
  source: ProofSource,
  sources: readonly ProofSource[],
): WebhookDiagnosis | undefined {
  if (source.verifier === "twilio") {
    return diagnoseTwilio(request, source, sources);
  }
  const parameter = source.options["query"];
  return source.verifier === "token" && typeof parameter === "string"
    ? {
        likelyMistake: `The query's parameter ${parameter} is missing, or is no secret of the source.`,
        fix: `Send POST /webhook/${source.name}?${parameter}={secret}`,
      }
    : diagnoseCredentials(request, source, sources);
}

function diagnoseSigned(
  scheme: SignatureScheme,
  { request, source, sources, nowMs }: RefusedWebhook,
): WebhookDiagnosis | undefined {
  const { timestampHeader, toleranceSeconds, template } = scheme;
  const time = signedTimeOf(request.headers, scheme);
  const mistakes = findMistake({ request, source, sources, scheme, timestamp: time.text });
  const isTimed = template.includes("{timestamp}");
  const signedMs = source.verifier === "linear" ? linearTimeOf(request.body) : time.ms;
  const age = findAgeProblem(signedMs, { nowMs, toleranceSeconds });
  const all = [
    ...(mistakes ?? []),
    ...(isTimed && time.ms === undefined ? [missingTime(timestampHeader ?? scheme.header)] : []),
    ...(age === undefined ? [] : [{ likelyMistake: age, fix: ageFix }]),
  ];
  const isNoKnownMistake = mistakes === undefined && all.length > 0;
  return all.length === 0
    ? undefined
    : {
        likelyMistake: joined([
          ...(isNoKnownMistake ? ["The signature fits no secret of the source."] : []),
          ...all.map(({ likelyMistake }) => likelyMistake),
        ]),
        fix: joined(all.map(({ fix }) => fix)),
      };
}

const ageFix = "Set the sender's clock. An old delivery must be sent again by its sender.";

function missingTime(header: string): WebhookDiagnosis {
  return {
    likelyMistake: `The signed time is missing or malformed in the header ${header}.`,
    fix: "Send the time that was signed.",
  };
}

function linearTimeOf(body: Uint8Array): number | undefined {
  const [, ms] = /"webhookTimestamp"\s*:\s*(\d{1,13})\b/.exec(Buffer.from(body).toString()) ?? [];
  return ms === undefined ? undefined : Number(ms);
}

/** Explains a header in which nothing can be a signature. */
function diagnoseForm(
  { header, prefix, separator, encoding }: SignatureScheme,
  { headers }: FunctionRequest,
): WebhookDiagnosis | undefined {
  return readSignatures(headers[header] ?? "", separator).length > 0
    ? undefined
    : {
        likelyMistake: `The header ${header} holds no signature.`,
        fix: `Send ${header}: ${prefix}{signature}, in ${encoding}.`,
      };
}

function unknownCredentials({ name }: ProofSource): WebhookDiagnosis {
  return {
    likelyMistake: "The sender uses a secret that no source has.",
    fix: `Compare the secret of ${name} at the sender with WEBHOOK_SECRETS.`,
  };
}

/** Says what else is striking about a proof that no known mistake explains. */
function diagnoseUnknown({ request, source }: RefusedWebhook): WebhookDiagnosis {
  const { body, headers } = request;
  const contentType = headers["content-type"] ?? "";
  const isForm = contentType.includes("urlencoded");
  const looksLikeJson = /^\s*[{[]/.test(Buffer.from(body.subarray(0, 100)).toString());
  const hints: readonly (readonly [boolean, string])[] = [
    [body.length === 0, "The body is empty: a proxy or a redirect on the way may have dropped it."],
    [isForm && looksLikeJson, "The content type says form and the body is JSON."],
    [
      !isForm && contentType.includes("json") && !looksLikeJson,
      "The content type says JSON and the body is no JSON object.",
    ],
  ];
  const hint = hints.find(([fits]) => fits)?.[1];
  return {
    likelyMistake: hint ?? "The sender uses a secret that no source has, or the body was changed.",
    fix: `Compare the secret of ${source.name} at the sender with WEBHOOK_SECRETS, and sign the body's bytes as they are sent.`,
  };
}

function joined(texts: readonly string[]): string {
  return [...new Set(texts)].join(" ");
}
