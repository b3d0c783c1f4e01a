import type { Call, Refusal } from "./call.ts";
import { headerText, refusal } from "./call.ts";
import type { Evidence } from "./diagnose-signature.ts";
import { diagnoseAccessKey, diagnoseSignature, diagnoseTimestamp } from "./diagnose-signature.ts";
import { documented, gatewayError } from "./produce-answers.ts";
import { isSignature, stringToSign } from "./signature.ts";

export type Gate = {
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly nowMs: number;
};

type Credentials = {
  readonly timestamp: string;
  readonly accessKey: string;
  readonly signature: string;
};

/** "A difference of 5 minutes or more" makes a request invalid, says the common Ncloud API page. */
const clockDifferenceMsMax = 5 * 60 * 1000;
const epochMilliseconds = /^[1-9]\d{0,14}$/;

export function checkCaller(call: Call, gate: Gate): Refusal | undefined {
  const credentials: Credentials = {
    timestamp: headerText(call.headers, "x-ncp-apigw-timestamp"),
    accessKey: headerText(call.headers, "x-ncp-iam-access-key"),
    signature: headerText(call.headers, "x-ncp-apigw-signature-v2"),
  };
  return (
    checkPresence(credentials) ??
    checkTimestampText(credentials) ??
    checkAccessKey(credentials, gate) ??
    checkClock(credentials, gate) ??
    checkSignature(call, credentials, gate)
  );
}

function checkPresence({ timestamp, accessKey, signature }: Credentials): Refusal | undefined {
  if (timestamp !== "" && accessKey !== "" && signature !== "") {
    return undefined;
  }
  const missing = [
    timestamp === "" ? "x-ncp-apigw-timestamp" : "",
    accessKey === "" ? "x-ncp-iam-access-key" : "",
    signature === "" ? "x-ncp-apigw-signature-v2" : "",
  ].filter((name) => name !== "");
  return refusal(
    documented(400, "Bad Request, Invalid headers"),
    `missing headers: ${missing.join(", ")}`,
  );
}

function checkTimestampText({ timestamp }: Credentials): Refusal | undefined {
  if (epochMilliseconds.test(timestamp)) {
    return undefined;
  }
  const reason = "x-ncp-apigw-timestamp is not epoch milliseconds";
  return {
    ...unauthenticated("The timestamp is not epoch milliseconds.", reason),
    diagnosis: diagnoseTimestamp(),
  };
}

function checkAccessKey({ accessKey }: Credentials, gate: Gate): Refusal | undefined {
  if (gate.accessKeys.has(accessKey)) {
    return undefined;
  }
  const isSecret = [...gate.accessKeys.values()].includes(accessKey);
  return {
    ...unauthenticated("The access key is unknown.", "x-ncp-iam-access-key is not a known key"),
    diagnosis: diagnoseAccessKey(isSecret),
  };
}

function checkClock({ timestamp }: Credentials, gate: Gate): Refusal | undefined {
  const aheadMs = Number(timestamp) - gate.nowMs;
  if (Math.abs(aheadMs) < clockDifferenceMsMax) {
    return undefined;
  }
  const direction = aheadMs > 0 ? "ahead of" : "behind";
  const refused = unauthenticated(
    "The timestamp differs from the server's clock by 5 minutes or more.",
    `the timestamp is ${Math.abs(aheadMs)} ms ${direction} the stand-in's clock`,
  );
  const isSeconds = Math.abs(Number(timestamp) * 1000 - gate.nowMs) < clockDifferenceMsMax;
  return isSeconds ? { ...refused, diagnosis: diagnoseTimestamp() } : refused;
}

function checkSignature(call: Call, credentials: Credentials, gate: Gate): Refusal | undefined {
  const { timestamp, accessKey, signature } = credentials;
  const secretKey = gate.accessKeys.get(accessKey) ?? "";
  const signed = { method: call.method, target: call.target, timestamp, accessKey };
  if (isSignature(signature, stringToSign(signed), secretKey)) {
    return undefined;
  }
  const evidence: Evidence = {
    signed,
    secretKey,
    signature,
    host: headerText(call.headers, "host"),
    body: call.body.kind === "whole" ? call.body.bytes.toString("latin1") : "",
  };
  return {
    ...unauthenticated(
      "The signature does not match.",
      "x-ncp-apigw-signature-v2 is not the signature of this request",
    ),
    diagnosis: diagnoseSignature(evidence),
  };
}

function unauthenticated(details: string, reason: string): Refusal {
  return refusal(gatewayError(401, details), reason);
}
