import {
  diagnoseAccessKey,
  diagnoseClock,
  diagnoseTimestamp,
} from "../diagnosis/diagnose-headers.ts";
import type { Diagnosis } from "../diagnosis/diagnose-signature.ts";
import { diagnoseSignature } from "../diagnosis/diagnose-signature.ts";
import type { SignatureEvidence } from "../diagnosis/evidence.ts";
import { hideSecrets } from "../diagnosis/hide-secrets.ts";
import type { ApiRefusal, GatewayRequest } from "./gateway-request.ts";
import { apiRefusal, headerText } from "./gateway-request.ts";
import { documentedResponse, gatewayError } from "./produce-responses.ts";
import type { SignatureInputV2 } from "./signature.ts";
import { isValidSignature, stringToSignV2 } from "./signature.ts";

export type SignatureV2Context = {
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly nowMs: number;
};

type ClaimedSignature = SignatureInputV2 & { readonly signature: string };

/**
 * A timestamp is invalid when it differs by 5 minutes or more: https://api.ncloud-docs.com/docs/datastream-overview
 * (read 2026-11-30).
 */
const clockDifferenceMsMax = 5 * 60 * 1000;
const epochMilliseconds = /^[1-9]\d{0,14}$/;

export function verifySignatureV2(
  call: GatewayRequest,
  gate: SignatureV2Context,
): ApiRefusal | undefined {
  const refused = findRefusal(call, gate);
  if (refused?.diagnosis === undefined) {
    return refused;
  }
  const { expectedStringToSign } = refused.diagnosis;
  const shown = hideSecrets(expectedStringToSign, gate.accessKeys);
  return { ...refused, diagnosis: { ...refused.diagnosis, expectedStringToSign: shown } };
}

function findRefusal(call: GatewayRequest, gate: SignatureV2Context): ApiRefusal | undefined {
  const claim: ClaimedSignature = {
    method: call.method,
    target: call.target,
    timestamp: headerText(call.headers, "x-ncp-apigw-timestamp"),
    accessKey: headerText(call.headers, "x-ncp-iam-access-key"),
    signature: headerText(call.headers, "x-ncp-apigw-signature-v2"),
  };
  return (
    checkPresence(claim) ??
    checkTimestampText(claim) ??
    checkAccessKey(claim, gate) ??
    checkClock(claim, gate) ??
    checkSignature(call, claim, gate)
  );
}

function checkPresence({
  timestamp,
  accessKey,
  signature,
}: ClaimedSignature): ApiRefusal | undefined {
  if (timestamp !== "" && accessKey !== "" && signature !== "") {
    return undefined;
  }
  const missing = [
    timestamp === "" ? "x-ncp-apigw-timestamp" : "",
    accessKey === "" ? "x-ncp-iam-access-key" : "",
    signature === "" ? "x-ncp-apigw-signature-v2" : "",
  ].filter((name) => name !== "");
  return apiRefusal(
    documentedResponse(400, "Bad Request, Invalid headers"),
    `missing headers: ${missing.join(", ")}`,
    `Send ${missing.join(" and ")}: every request needs all three x-ncp headers.`,
  );
}

function checkTimestampText(claim: ClaimedSignature): ApiRefusal | undefined {
  if (epochMilliseconds.test(claim.timestamp)) {
    return undefined;
  }
  return unauthenticated(
    "The timestamp is not epoch milliseconds.",
    "x-ncp-apigw-timestamp is not epoch milliseconds",
    diagnoseTimestamp(claim, claim.timestamp),
  );
}

function checkAccessKey(claim: ClaimedSignature, gate: SignatureV2Context): ApiRefusal | undefined {
  if (gate.accessKeys.has(claim.accessKey)) {
    return undefined;
  }
  const isSecret = [...gate.accessKeys.values()].includes(claim.accessKey);
  return unauthenticated(
    "The access key is unknown.",
    "x-ncp-iam-access-key is not a known key",
    diagnoseAccessKey(claim, isSecret),
  );
}

function checkClock(claim: ClaimedSignature, gate: SignatureV2Context): ApiRefusal | undefined {
  const aheadMs = Number(claim.timestamp) - gate.nowMs;
  if (Math.abs(aheadMs) < clockDifferenceMsMax) {
    return undefined;
  }
  const direction = aheadMs > 0 ? "ahead of" : "behind";
  const isSeconds = Math.abs(Number(claim.timestamp) * 1000 - gate.nowMs) < clockDifferenceMsMax;
  return unauthenticated(
    "The timestamp differs from the server's clock by 5 minutes or more.",
    `the timestamp is ${Math.abs(aheadMs)} ms ${direction} the emulator's clock`,
    isSeconds
      ? diagnoseTimestamp(claim, claim.timestamp)
      : diagnoseClock(stringToSignV2(claim), aheadMs),
  );
}

function checkSignature(
  call: GatewayRequest,
  claim: ClaimedSignature,
  { accessKeys }: SignatureV2Context,
): ApiRefusal | undefined {
  const { signature, ...signed } = claim;
  const secretKey = accessKeys.get(signed.accessKey) ?? "";
  if (isValidSignature(signature, stringToSignV2(signed), secretKey)) {
    return undefined;
  }
  const evidence: SignatureEvidence = {
    signed,
    secretKey,
    otherSecretKeys: [...accessKeys.values()].filter((other) => other !== secretKey),
    signature,
    host: headerText(call.headers, "host"),
    body: call.body.kind === "whole" ? call.body.bytes.toString("latin1") : "",
  };
  return unauthenticated(
    "The signature does not match.",
    "x-ncp-apigw-signature-v2 is not the signature of this request",
    diagnoseSignature(evidence),
  );
}

function unauthenticated(details: string, reason: string, diagnosis: Diagnosis): ApiRefusal {
  return { ...apiRefusal(gatewayError(401, details), reason, diagnosis.fix), diagnosis };
}
