/**
 * The errors that NAVER Cloud documents for its gateway, for Cloud Functions and for API Gateway's API: what each means,
 * and what to do. Sources, read 2026-11-30: "API Gateway overview" and "Cloud Functions overview"
 * (https://api.ncloud-docs.com), the pages of each operation of version 2.1, and those of version 3
 * (https://api.ncloud-docs.com/docs/pub-cloud-functions-v3-actions-createaction). Two codes of API Gateway's API were
 * seen in public code.
 */
export type KnownError = {
  readonly code: string;
  /** The documented HTTP status. */
  readonly status: number;
  readonly means: string;
  readonly todo: string;
  /** Tells two errors of one code apart, by what the API says. */
  readonly says?: RegExp;
};

const policy = "Give the key pair's Sub Account NCP_VPC_CLOUD_FUNCTIONS_MANAGER";
const otherPlatform =
  "It is there on the other platform: delete it in the console, or choose another prefix";
const later = "Run the same command again later";

/** An entry that tells itself from another by its text stands before it. */
export const knownErrors: readonly KnownError[] = [
  // The gateway itself, three digits.
  {
    ...{ code: "100", status: 400, means: "The gateway does not understand the request" },
    todo: "Check --endpoint, and report it if it stays",
  },
  {
    ...{ code: "200", status: 401, means: "The gateway does not accept the signature" },
    todo: "Check the key pair, and this machine's clock: 5 minutes of difference are refused",
  },
  {
    ...{ code: "210", status: 401, means: "The key pair is known and may not do this" },
    todo: "Give its Sub Account NCP_VPC_CLOUD_FUNCTIONS_MANAGER",
  },
  {
    ...{ code: "230", status: 403, means: "The gateway forbids the call" },
    todo: `${policy}, and look at its allowed sources`,
  },
  {
    ...{ code: "300", status: 404, means: "The gateway does not know this path" },
    todo: "Check region and --endpoint",
  },
  {
    ...{ code: "400", status: 429, means: "The quota of requests is used up" },
    todo: "Wait for the next day or month, or raise the quota in the console",
  },
  { code: "410", status: 429, means: "There are too many requests at once", todo: later },
  { code: "420", status: 429, means: "There are too many requests in a short time", todo: later },
  {
    ...{ code: "430", status: 413, means: "The request is larger than the gateway takes" },
    todo: 'Make the code smaller: artifact: "zip" in the configuration',
  },
  { code: "500", status: 503, means: "The service behind the gateway is not reached", todo: later },
  {
    ...{ code: "510", status: 504, means: "The service did not answer the gateway in time" },
    todo: "It may have been carried out: run the same command again, which looks first",
  },
  { code: "900", status: 500, means: "The gateway failed", todo: later },
  // Cloud Functions, five digits.
  {
    ...{ code: "80002", status: 403, means: "The key pair lacks a right of Cloud Functions" },
    todo: `${policy}, and look at its allowed sources`,
  },
  {
    ...{ code: "80031", status: 400, means: "Cloud Functions is busy with this for some minutes" },
    todo: later,
  },
  {
    ...{ code: "80101", status: 404, means: "The package is not there" },
    todo: "Run --apply, which makes it, or correct package in the configuration",
  },
  {
    code: "80102",
    status: 400,
    means: "The package is of the other platform",
    todo: otherPlatform,
  },
  {
    ...{ code: "80109", status: 409, means: "The package still holds actions" },
    todo: "Remove them in the console, or leave the package",
  },
  {
    ...{ code: "80301", status: 404, means: "The action is not there" },
    todo: "Run --apply, which makes it, or check package and prefix",
  },
  { code: "80302", status: 400, means: "The action is of the other platform", todo: otherPlatform },
  {
    ...{ code: "80305", status: 400, means: "A timeout has a wrong type", says: /timeout/i },
    todo: "Set timeoutMs to a whole number from 500 to 300000",
  },
  {
    ...{ code: "80305", status: 400, means: "The action's fields do not fit its type" },
    todo: "Compare its type in the console: a type cannot be changed, so delete the action there or choose another prefix",
  },
  {
    ...{ code: "80306", status: 400, means: "The action lacks a field" },
    todo: "Update this project: the API asks for a field that it does not send",
  },
  {
    ...{ code: "80322", status: 404, means: "The activation is not there" },
    todo: "Wait a minute: one was seen to appear 30 to 40 s after its run, and it is kept for a month",
  },
  {
    ...{ code: "80501", status: 404, means: "The trigger is not there" },
    todo: "Run --apply, which makes it",
  },
  {
    code: "80502",
    status: 400,
    means: "The trigger is of the other platform",
    todo: otherPlatform,
  },
  {
    ...{ code: "80512", status: 400, means: "The trigger runs no action" },
    todo: "Run --apply, which links its action",
  },
  {
    ...{ code: "80518", status: 404, means: "The trigger's activation is not there" },
    todo: "Wait a minute: one was seen to appear 30 to 40 s after its run, and it is kept for a month",
  },
  {
    ...{ code: "80901", status: 400, means: "The trigger runs this action already" },
    todo: "Nothing is to be done: run the same command again",
  },
  { code: "81313", status: 500, means: "A subnet is being attached", todo: later },
  { code: "81314", status: 500, means: "A subnet is being detached", todo: later },
  // API Gateway's own API.
  {
    ...{ code: "10002", status: 403, means: "The key pair may not change this in API Gateway" },
    todo: "Give its Sub Account NCP_API_GATEWAY_MANAGER, or leave API Gateway to a person with --no-gateway",
  },
  {
    ...{ code: "10011", status: 403, means: "The key pair may not make an API in API Gateway" },
    todo: "Give its Sub Account NCP_API_GATEWAY_MANAGER, or leave API Gateway to a person with --no-gateway",
  },
  // Version 3, words.
  {
    ...{ code: "InvalidParameter", status: 400, means: "A field or its value is not accepted" },
    todo: "Correct the field that the message names; versions of an action are on the platform vpc only",
  },
  {
    ...{ code: "InvalidOperation", status: 400, means: "The resource does not allow this" },
    todo: "Look at it in the console: encrypted parameters, an ended runtime and a sequence are refused",
  },
  {
    ...{ code: "PackageNotFound", status: 404, means: "The package is not there" },
    todo: "Run --apply, which makes it, or correct package in the configuration",
  },
  {
    ...{
      code: "ResourceQuotaExceeded",
      status: 400,
      means: "A limit of Cloud Functions is reached",
    },
    todo: "Delete what is not needed: 500 actions, triggers and packages each, 10 versions of an action",
  },
];

/** Finds what is known of an error by its code; a 401 or 403 without one, by its status alone. */
export function findKnownError({
  status,
  errorCode,
  text,
}: {
  readonly status: number;
  readonly errorCode: string;
  readonly text: string;
}): KnownError | undefined {
  const byCode = knownErrors.find(
    (one) =>
      one.code === errorCode &&
      (one.status === status || !isOfGateway(one)) &&
      (one.says === undefined || one.says.test(text)),
  );
  return byCode ?? knownErrors.find(({ code }) => code === codeByStatus[status]);
}

/** Finds what is known of an error of the gateway, which is in front of other services too. */
export function findGatewayError(status: number, errorCode: string): KnownError | undefined {
  return knownErrors.find(
    (one) => one.code === errorCode && one.status === status && isOfGateway(one),
  );
}

/** A service may use a number of three digits in another sense. */
function isOfGateway({ code }: KnownError): boolean {
  return /^\d{3}$/.test(code);
}

/** The gateway's own meaning of a status that comes without a code that is known, or with a page of text. */
const codeByStatus: Readonly<Record<number, string | undefined>> = {
  401: "200",
  403: "230",
};

/** The anchor of an error in docs/troubleshooting.md. */
export function anchorOf({ code }: KnownError): string {
  return `api-${code}`;
}
