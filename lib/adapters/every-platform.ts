import type { Handler } from "../function/create-handler.ts";
import { type LambdaHandler, onLambda } from "./aws-lambda.ts";
import { type FetchHandler, onFetch } from "./fetch.ts";
import { type OpenWhiskMain, onOpenWhisk } from "./openwhisk.ts";

/** The entry points of one function: an OpenWhisk action, a Lambda handler and a web-standard handler. */
export type EntryPoints = {
  readonly main: OpenWhiskMain;
  readonly handler: LambdaHandler;
  readonly fetch: FetchHandler;
};

/** Adapts a handler to every platform, so that one built file runs on each of them. */
export function onEveryPlatform(handle: Handler): EntryPoints {
  return { main: onOpenWhisk(handle), handler: onLambda(handle), fetch: onFetch(handle) };
}
