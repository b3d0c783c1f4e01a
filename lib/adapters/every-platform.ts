import type { Handler } from "../function/create-handler.ts";
import { type LambdaHandler, onLambda } from "./aws-lambda.ts";
import { type FetchHandler, onFetch } from "./fetch.ts";
import { type OpenWhiskMain, onOpenWhisk } from "./openwhisk.ts";

/** The entry points of a function's file, by the names that the platforms look for. */
export type EveryPlatform = {
  readonly main: OpenWhiskMain;
  readonly handler: LambdaHandler;
  readonly fetch: FetchHandler;
};

/**
 * Adapts a handler to OpenWhisk (`main`), AWS Lambda (`handler`) and the Fetch standard (`fetch`). A function's file
 * exports all three: `export const { main, handler, fetch } = onEveryPlatform(handle)`.
 */
export function onEveryPlatform(handle: Handler): EveryPlatform {
  return { main: onOpenWhisk(handle), handler: onLambda(handle), fetch: onFetch(handle) };
}
