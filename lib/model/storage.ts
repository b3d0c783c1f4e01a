import type { KeyPair } from "./key-pair.ts";

/** Where objects are kept, and who asks. Buckets are named in the path: NAVER Cloud's own samples do. */
export type StorageConfig = {
  /** Origin of an S3-compatible API. */
  readonly endpoint: string;
  /** The region that is signed, such as `kr-standard`. */
  readonly region: string;
  readonly keys: KeyPair;
};
