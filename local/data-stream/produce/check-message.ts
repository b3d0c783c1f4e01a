import { isUtf8 } from "node:buffer";
import type { RequestBody } from "../../http/read-body.ts";
import type { UnknownFields } from "../control/checked-input.ts";
import { isObject } from "../control/checked-input.ts";
import { recordBytes } from "../storage/record-log.ts";
import type { Topics } from "../topics/topics.ts";
import type { ApiRefusal } from "./gateway-request.ts";
import { apiRefusal } from "./gateway-request.ts";
import { bodyBytesMax, type CountedSize, itemBytesMax } from "./message-size.ts";
import { documentedResponse, gatewayError } from "./produce-responses.ts";

export type ProduceMessage = {
  readonly kind: "message";
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly partition: number | undefined;
};

/** The content of a body. It is parsed once, for the faults and for the checks. */
export type MessageBody =
  | { readonly kind: "object"; readonly fields: UnknownFields }
  | { readonly kind: "tooLarge" }
  | { readonly kind: "unreadable"; readonly problem: string };

export function readMessageBody(body: RequestBody): MessageBody {
  switch (body.kind) {
    case "whole":
      return parseObject(body.bytes);
    case "tooLarge":
      return { kind: "tooLarge" };
    case "aborted":
      return { kind: "unreadable", problem: "the body ended early" };
  }
}

function parseObject(bytes: Buffer): MessageBody {
  if (!isUtf8(bytes)) {
    return { kind: "unreadable", problem: "the body is not UTF-8" };
  }
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return isObject(parsed)
      ? { kind: "object", fields: parsed }
      : { kind: "unreadable", problem: "the body is not a JSON object" };
  } catch {
    return { kind: "unreadable", problem: "the body is not JSON" };
  }
}

export type MessageLimits = { readonly topics: Topics; readonly countedSize: CountedSize };

export function checkMessage(
  content: MessageBody,
  limits: MessageLimits,
): ProduceMessage | ApiRefusal {
  switch (content.kind) {
    case "object":
      return checkFields(content.fields, limits);
    case "tooLarge":
      return tooLarge("body is", bodyBytesMax(limits.countedSize));
    case "unreadable":
      return badRequest(
        content.problem,
        'Send a JSON object in UTF-8, such as {"topic":"…","key":"…","value":"…"}.',
      );
  }
}

function tooLarge(what: string, bytesMax: number): ApiRefusal {
  return apiRefusal(
    gatewayError(413, `The ${what} larger than ${bytesMax} bytes.`),
    `the ${what} larger than ${bytesMax} bytes`,
    "Send less in one message: put a large value elsewhere and its address onto the topic.",
  );
}

function checkFields(
  fields: UnknownFields,
  { topics, countedSize }: MessageLimits,
): ProduceMessage | ApiRefusal {
  const topic = ownField(fields, "topic");
  const key = ownField(fields, "key");
  const value = ownField(fields, "value");
  if (typeof topic !== "string") {
    return badRequest("topic must be a string", "Name the topic in the field topic, as text.");
  }
  const partitionCount = topics.partitionCount(topic);
  if (partitionCount === undefined) {
    // No page says what an unknown topic gets. The gateway's "not found" is our choice.
    return apiRefusal(
      gatewayError(404, "The topic is unknown."),
      "the topic is unknown",
      "Use a topic that the emulator was started with, its prefix included: GET /_/topics lists them.",
    );
  }
  if (typeof key !== "string") {
    return badRequest("key must be a string", "Send key as text; the API requires it.");
  }
  if (typeof value !== "string") {
    return badRequest(
      "value must be a string",
      "Send value as text: an object has to be written as JSON text first.",
    );
  }
  if (countedSize === "message" && recordBytes({ key, value }) > itemBytesMax) {
    return tooLarge("key and value are", itemBytesMax);
  }
  const partition = ownField(fields, "partition");
  return isPartition(partition, partitionCount)
    ? { kind: "message", topic, key, value, partition }
    : apiRefusal(
        documentedResponse(400, "Bad Request, Invalid topic partition"),
        `partition must be an integer from 0 to ${partitionCount - 1}, or absent`,
        `Send a number from 0 to ${partitionCount - 1} as partition, or leave it out.`,
      );
}

function isPartition(partition: unknown, partitionCount: number): partition is number | undefined {
  if (partition === undefined) {
    return true;
  }
  return (
    typeof partition === "number" &&
    Number.isInteger(partition) &&
    partition >= 0 &&
    partition < partitionCount
  );
}

function badRequest(problem: string, fix: string): ApiRefusal {
  return apiRefusal(documentedResponse(400, `Bad Request, ${problem}`), problem, fix);
}

function ownField(fields: UnknownFields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
