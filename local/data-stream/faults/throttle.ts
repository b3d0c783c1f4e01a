export type TokenBucket = { readonly bytesPerSecond: number };

export type Throttle = ReturnType<typeof createThrottle>;

type OfferedMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: number;
  readonly nowMs: number;
};

type BucketLevel = { bytes: number; atMs: number };

/**
 * "At most 1 MB/s per partition, throttled above", say the prerequisites. They do not say what is counted
 * (here: key and value), over what time (here: a bucket of one second), nor what a throttled caller sees:
 * Kafka itself would answer late, and the 429 given here is an assumption after the gateway's table.
 */
export function createThrottle({ bytesPerSecond }: TokenBucket) {
  const levels = new Map<string, BucketLevel>();
  return {
    admits({ topic, partition, bytes, nowMs }: OfferedMessage): boolean {
      const name = `${topic}/${partition}`;
      const level = refilled(levels.get(name), bytesPerSecond, nowMs);
      // A message larger than the bucket passes a full one and leaves a debt: otherwise it never would.
      const isAdmitted = level.bytes >= Math.min(bytes, bytesPerSecond);
      levels.set(name, isAdmitted ? { ...level, bytes: level.bytes - bytes } : level);
      return isAdmitted;
    },
  };
}

/** A clock that is set back refills nothing, and takes nothing away. */
function refilled(
  level: BucketLevel | undefined,
  bytesPerSecond: number,
  nowMs: number,
): BucketLevel {
  if (level === undefined) {
    return { bytes: bytesPerSecond, atMs: nowMs };
  }
  const elapsedMs = Math.max(0, nowMs - level.atMs);
  const bytes = Math.min(bytesPerSecond, level.bytes + (elapsedMs * bytesPerSecond) / 1000);
  return { bytes, atMs: nowMs };
}
