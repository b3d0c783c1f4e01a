import type { HeaderMap } from "./headers.ts";
import type { Payload } from "./read-payload.ts";

/** An HTTP request to the S3 API, with its body. */
export type S3Call = {
  readonly method: string;
  /** Path and query exactly as they arrived. */
  readonly target: string;
  /**
   * Headers by lower-case name. Values of a repeated header are joined by commas, as Signature Version 4 signs
   * them.
   */
  readonly headers: HeaderMap;
  readonly payload: Payload;
};
