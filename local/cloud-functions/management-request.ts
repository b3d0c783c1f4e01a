import type { JsonObject } from "./resources.ts";

/** A call whose caller is known, its path and body read. */
export type ManagementRequest = {
  readonly method: string;
  /** Of the path below the base, percent-decoded. */
  readonly segments: readonly string[];
  readonly search: URLSearchParams;
  readonly platform: string;
  readonly body: JsonObject;
};
