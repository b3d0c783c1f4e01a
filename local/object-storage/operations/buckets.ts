import { S3Error } from "../protocol/s3-error.ts";

export type NewObject = {
  readonly key: string;
  readonly bytes: Buffer;
  readonly etag: string;
  /** Headers of the PUT that a GET returns unchanged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
};

/** A stored object. Objects are ordered by `keyBytes`. */
export type BucketObject = NewObject & { readonly keyBytes: Buffer };

export type StorageBounds = { readonly objectsMax: number; readonly storedBytesMax: number };

export type Buckets = ReturnType<typeof createBuckets>;

type Bucket = {
  readonly objects: Map<string, BucketObject>;
  /** Sorted on the first listing after a change. */
  sorted: readonly BucketObject[] | undefined;
};

/** An account of NAVER Cloud may have as many. */
const bucketsMax = 1_000;
/** The approximate memory of an object beside its content, key and headers. */
const objectOverheadBytes = 512;
/**
 * The naming rules of Amazon S3, which are NAVER Cloud's too:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (read 2026-11-30).
 */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export function createBuckets(names: readonly string[], bounds: StorageBounds) {
  const buckets = new Map(names.map((name) => [checkName(name), emptyBucket()] as const));
  const held = { objects: 0, bytes: 0 };
  const find = (name: string): Bucket => {
    const bucket = buckets.get(name);
    if (bucket === undefined) {
      throw new S3Error("NoSuchBucket");
    }
    return bucket;
  };
  return {
    names: (): readonly string[] => [...buckets.keys()],
    add(name: string): void {
      if (bucketName.test(name) && buckets.size < bucketsMax && !buckets.has(name)) {
        buckets.set(name, emptyBucket());
      }
    },
    requireBucket: (name: string): void => void find(name),
    get: (name: string, key: string): BucketObject | undefined => find(name).objects.get(key),
    /** Returns the objects in the order of their keys' UTF-8 bytes. */
    list(name: string): readonly BucketObject[] {
      const bucket = find(name);
      bucket.sorted ??= [...bucket.objects.values()].sort((a, b) =>
        Buffer.compare(a.keyBytes, b.keyBytes),
      );
      return bucket.sorted;
    },
    put(name: string, object: NewObject): void {
      const bucket = find(name);
      const stored = { ...object, keyBytes: Buffer.from(object.key) };
      const before = bucket.objects.get(object.key);
      const objects = held.objects + (before === undefined ? 1 : 0);
      const bytes = held.bytes + costOf(stored) - (before === undefined ? 0 : costOf(before));
      if (objects > bounds.objectsMax || bytes > bounds.storedBytesMax) {
        throw new S3Error("InsufficientStorage");
      }
      Object.assign(held, { objects, bytes });
      bucket.objects.set(object.key, stored);
      bucket.sorted = undefined;
    },
    delete(name: string, key: string): BucketObject | undefined {
      const bucket = find(name);
      const before = bucket.objects.get(key);
      if (before !== undefined) {
        bucket.objects.delete(key);
        bucket.sorted = undefined;
        held.objects -= 1;
        held.bytes -= costOf(before);
      }
      return before;
    },
  };
}

function emptyBucket(): Bucket {
  return { objects: new Map(), sorted: undefined };
}

function costOf({ bytes, keyBytes, headers }: BucketObject): number {
  const headerBytes = Object.entries(headers).flat().join("").length;
  return objectOverheadBytes + bytes.length + keyBytes.length + headerBytes;
}

function checkName(name: string): string {
  if (!bucketName.test(name)) {
    throw new Error(
      `bucket name ${JSON.stringify(name)}: 3 to 63 lowercase letters, digits, dots, hyphens`,
    );
  }
  return name;
}
