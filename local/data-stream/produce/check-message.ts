import type { Body } from "../../http/read-body.ts";
import type { Fields } from "../control/checked-input.ts";
import { isObject } from "../control/checked-input.ts";
import { bytesOf } from "../storage/record-log.ts";
import type { Topics } from "../topics/topics.ts";
import type { Refusal } from "./call.ts";
import { refusal } from "./call.ts";
import { bodyBytesMax, type CountedSize, itemBytesMax } from "./message-size.ts";
import { documented, gatewayError } from "./produce-responses.ts";

export type Message = {
  readonly kind: "message";
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly partition: number | undefined;
};

/** A body read once: the faults look into it, and the checks judge it. */
export type Content =
  | { readonly kind: "object"; readonly fields: Fields }
  | { readonly kind: "tooLarge" }
  | { readonly kind: "unreadable"; readonly problem: string };

export function readContent(body: Body): Content {
  switch (body.kind) {
    case "whole":
      return parseObject(body.bytes);
    case "tooLarge":
      return { kind: "tooLarge" };
    case "aborted":
      return { kind: "unreadable", problem: "the body ended early" };
  }
}

function parseObject(bytes: Buffer): Content {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { kind: "unreadable", problem: "the body is not UTF-8" };
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed)
      ? { kind: "object", fields: parsed }
      : { kind: "unreadable", problem: "the body is not a JSON object" };
  } catch {
    return { kind: "unreadable", problem: "the body is not JSON" };
  }
}

export type Limits = { readonly topics: Topics; readonly countedSize: CountedSize };

export function checkMessage(content: Content, limits: Limits): Message | Refusal {
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

function tooLarge(what: string, bytesMax: number): Refusal {
  return refusal(
    gatewayError(413, `The ${what} larger than ${bytesMax} bytes.`),
    `the ${what} larger than ${bytesMax} bytes`,
    "Send less in one message: put a large value elsewhere and its address onto the topic.",
  );
}

function checkFields(fields: Fields, { topics, countedSize }: Limits): Message | Refusal {
  const topic = ownField(fields, "topic");
  const key = ownField(fields, "key");
  const value = ownField(fields, "value");
  if (typeof topic !== "string") {
    return badRequest("topic must be a string", "Name the topic in the field topic, as text.");
  }
  const partitionCount = topics.partitionCount(topic);
  if (partitionCount === undefined) {
    // No page says what an unknown topic gets: the gateway's "not found" is a choice.
    return refusal(
      gatewayError(404, "The topic is unknown."),
      "the topic is unknown",
      "Use a topic that the stand-in was started with, its prefix included: GET /_/topics lists them.",
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
  if (countedSize === "message" && bytesOf({ key, value }) > itemBytesMax) {
    return tooLarge("key and value are", itemBytesMax);
  }
  const partition = ownField(fields, "partition");
  return isPartition(partition, partitionCount)
    ? { kind: "message", topic, key, value, partition }
    : refusal(
        documented(400, "Bad Request, Invalid topic partition"),
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

function badRequest(problem: string, fix: string): Refusal {
  return refusal(documented(400, `Bad Request, ${problem}`), problem, fix);
}

function ownField(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
