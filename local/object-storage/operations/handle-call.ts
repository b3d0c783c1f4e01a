import type { OutgoingResponse } from "../../http/response.ts";
import { withHeaders } from "../../http/response.ts";
import type { ObjectStorage } from "../object-storage.ts";
import { checkPayload } from "../protocol/check-payload.ts";
import type { HeaderMap } from "../protocol/headers.ts";
import type { S3Call } from "../protocol/s3-call.ts";
import { S3Error, s3ErrorResponse, scriptedS3Response } from "../protocol/s3-error.ts";
import type { S3Target } from "../protocol/target.ts";
import { parseS3Target } from "../protocol/target.ts";
import { verifySignatureV4 } from "../protocol/verify-signature.ts";
import type { ScriptedFault } from "../scripted-faults.ts";
import { handleDeleteObjects } from "./delete-objects.ts";
import { handleListObjects } from "./list-objects.ts";
import {
  handleDeleteObject,
  handleGetObject,
  handlePutObject,
  type ObjectOperation,
} from "./object-operations.ts";

type NumberedCall = { readonly call: S3Call; readonly requestId: string };

const objectOperations = {
  GET: handleGetObject,
  HEAD: handleGetObject,
  PUT: handlePutObject,
  DELETE: handleDeleteObject,
} as const;

/**
 * Requests with these headers are refused. Ignoring a condition or a copy source would do something else than was
 * asked, and report success.
 */
const unsupportedHeaders = [
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
  "x-amz-copy-source",
];

/** Handles a call of the S3 API. Returns "cut" if a fault cuts the connection. */
export async function handleS3Call(
  { call, requestId }: NumberedCall,
  storage: ObjectStorage,
): Promise<OutgoingResponse | "cut"> {
  const fault = storage.faults.take(call.method);
  if (fault?.delayMs !== undefined) {
    await storage.wait(fault.delayMs);
  }
  const ending = scriptedEnd(fault) ?? carryOut({ call, requestId }, storage);
  return ending === "cut" || fault?.cut === "after"
    ? "cut"
    : withHeaders(ending, { "x-amz-request-id": requestId });
}

function scriptedEnd(fault: ScriptedFault | undefined): OutgoingResponse | "cut" | undefined {
  if (fault?.cut === "before") {
    return "cut";
  }
  return fault?.status === undefined ? undefined : scriptedS3Response(fault.status);
}

/** Carries out a call. An S3 error becomes a response here and nowhere else. */
function carryOut({ call, requestId }: NumberedCall, storage: ObjectStorage): OutgoingResponse {
  try {
    const target = parseS3Target(call.target);
    verifySignatureV4(call, { ...storage, nowMs: storage.now() });
    const content = contentOf(call);
    storage.buckets.requireBucket(target.bucket);
    const operation = { target, headers: call.headers, content, requestId, storage };
    return target.key === ""
      ? handleBucket(operation, call.method)
      : handleObject(operation, call.method);
  } catch (error) {
    if (error instanceof S3Error) {
      return s3ErrorResponse(error);
    }
    throw error;
  }
}

function contentOf({ payload, headers }: S3Call): Buffer {
  if (payload.kind === "refused") {
    throw payload.error;
  }
  return checkPayload(payload.bytes, headers);
}

function handleBucket(operation: ObjectOperation, method: string): OutgoingResponse {
  const { target, storage } = operation;
  if (method === "POST" && isDeletion(target)) {
    return handleDeleteObjects(operation);
  }
  if (method === "HEAD") {
    return { status: 200, headers: {}, body: "" };
  }
  if (method !== "GET") {
    throw new S3Error("MethodNotAllowed", "Of a bucket GET, HEAD and POST ?delete are here.");
  }
  return handleListObjects(target, storage);
}

function isDeletion({ query }: S3Target): boolean {
  return (
    query.has("delete") && [...query.keys()].every((name) => ["delete", "x-id"].includes(name))
  );
}

function handleObject(operation: ObjectOperation, method: string): OutgoingResponse {
  refuseUnsupported(operation.target, operation.headers);
  if (!isOperation(method)) {
    throw new S3Error("MethodNotAllowed", "Of an object only GET, HEAD, PUT and DELETE are here.");
  }
  return objectOperations[method](operation);
}

function isOperation(method: string): method is keyof typeof objectOperations {
  return Object.hasOwn(objectOperations, method);
}

/** Refuses queries and headers that are not implemented. `x-id` only names the operation for readers of logs. */
function refuseUnsupported({ query }: S3Target, headers: HeaderMap): void {
  if ([...query.keys()].some((name) => name !== "x-id")) {
    throw new S3Error("NotImplemented", "Of an object no sub-resource or version is here.");
  }
  const found = unsupportedHeaders.find((name) => headers.has(name));
  if (found !== undefined) {
    throw new S3Error(
      "NotImplemented",
      `The header ${found} implies what is not implemented here.`,
    );
  }
}
