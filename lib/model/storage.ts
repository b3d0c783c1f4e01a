import type { KeyPair } from "./key-pair.ts";

/** Endpoint and credentials of an object storage. Bucket names go into the path, as in NAVER Cloud's own samples. */
export type StorageConfig = {
  /** Origin of an S3-compatible API. */
  readonly endpoint: string;
  /** Region for the signature, such as `kr-standard`. */
  readonly region: string;
  readonly keys: KeyPair;
};
