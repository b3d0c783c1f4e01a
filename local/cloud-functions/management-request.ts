import type { JsonObject } from "./resources.ts";

/** A request whose signature was verified, with its path and body parsed. */
export type ManagementRequest = {
  readonly method: string;
  /** The segments of the path below the base, percent-decoded. */
  readonly segments: readonly string[];
  readonly search: URLSearchParams;
  readonly platform: string;
  readonly body: JsonObject;
};
