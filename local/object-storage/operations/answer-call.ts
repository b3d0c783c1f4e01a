import type { Answer } from "../../http/response.ts";
import { withHeaders } from "../../http/response.ts";
import type { ObjectStorage } from "../object-storage.ts";
import { checkCaller } from "../protocol/check-caller.ts";
import { checkPayload } from "../protocol/check-payload.ts";
import type { Headers } from "../protocol/headers.ts";
import type { S3Call } from "../protocol/s3-call.ts";
import { errorAnswer, S3Error, scriptedAnswer } from "../protocol/s3-error.ts";
import type { Target } from "../protocol/target.ts";
import { parseTarget } from "../protocol/target.ts";
import type { ScriptedFault } from "../scripted-faults.ts";
import { deleteObjects } from "./delete-objects.ts";
import { listObjects } from "./list-objects.ts";
import { deleteObject, getObject, type Operation, putObject } from "./object-operations.ts";

type Numbered = { readonly call: S3Call; readonly requestId: string };

const objectOperations = {
  GET: getObject,
  HEAD: getObject,
  PUT: putObject,
  DELETE: deleteObject,
} as const;

/** To ignore one of these would be to do something else than was asked, and to say that it was done. */
const unsupportedHeaders = [
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
  "x-amz-copy-source",
];

/** An answer to a call, or "cut" where a fault wants the socket gone. */
export async function answerCall(
  { call, requestId }: Numbered,
  storage: ObjectStorage,
): Promise<Answer | "cut"> {
  const fault = storage.faults.take(call.method);
  if (fault?.delayMs !== undefined) {
    await storage.wait(fault.delayMs);
  }
  const ending = endByScript(fault) ?? carryOut({ call, requestId }, storage);
  return ending === "cut" || fault?.cut === "after"
    ? "cut"
    : withHeaders(ending, { "x-amz-request-id": requestId });
}

function endByScript(fault: ScriptedFault | undefined): Answer | "cut" | undefined {
  if (fault?.cut === "before") {
    return "cut";
  }
  return fault?.status === undefined ? undefined : scriptedAnswer(fault.status);
}

/** The one place where an S3 error becomes an answer. */
function carryOut({ call, requestId }: Numbered, storage: ObjectStorage): Answer {
  try {
    const target = parseTarget(call.target);
    checkCaller(call, { ...storage, nowMs: storage.now() });
    const content = contentOf(call);
    storage.buckets.requireBucket(target.bucket);
    const operation = { target, headers: call.headers, content, requestId, storage };
    return target.key === ""
      ? answerBucket(operation, call.method)
      : answerObject(operation, call.method);
  } catch (error) {
    if (error instanceof S3Error) {
      return errorAnswer(error);
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

function answerBucket(operation: Operation, method: string): Answer {
  const { target, storage } = operation;
  if (method === "POST" && isDeletion(target)) {
    return deleteObjects(operation);
  }
  if (method === "HEAD") {
    return { status: 200, headers: {}, body: "" };
  }
  if (method !== "GET") {
    throw new S3Error("MethodNotAllowed", "Of a bucket GET, HEAD and POST ?delete are here.");
  }
  return listObjects(target, storage);
}

function isDeletion({ query }: Target): boolean {
  return (
    query.has("delete") && [...query.keys()].every((name) => ["delete", "x-id"].includes(name))
  );
}

function answerObject(operation: Operation, method: string): Answer {
  refuseUnsupported(operation.target, operation.headers);
  if (!isOperation(method)) {
    throw new S3Error("MethodNotAllowed", "Of an object only GET, HEAD, PUT and DELETE are here.");
  }
  return objectOperations[method](operation);
}

function isOperation(method: string): method is keyof typeof objectOperations {
  return Object.hasOwn(objectOperations, method);
}

/** `x-id` only names the operation, for people who read logs. */
function refuseUnsupported({ query }: Target, headers: Headers): void {
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
