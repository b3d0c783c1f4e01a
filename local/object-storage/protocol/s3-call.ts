import type { HeaderMap } from "./headers.ts";
import type { Payload } from "./read-payload.ts";

/** One HTTP request to the S3 API, its body read. */
export type S3Call = {
  readonly method: string;
  /** Path and query exactly as they came. */
  readonly target: string;
  /** Names in lower case; a repeated header's values are joined by commas, as SigV4 signs them. */
  readonly headers: HeaderMap;
  readonly payload: Payload;
};
