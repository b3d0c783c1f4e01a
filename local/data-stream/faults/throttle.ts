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
 * Throttles each partition with a token bucket. The limits page says at most 1 MB/s per partition, throttled above
 * (https://guide.ncloud-docs.com/docs/datastream-spec, read 2026-11-30). It does not say what is counted (here: key
 * and value), over what time (here: one second), nor what a throttled caller sees. Kafka itself would respond late;
 * the 429 given here is an assumption after the gateway's table.
 */
export function createThrottle({ bytesPerSecond }: TokenBucket) {
  const levels = new Map<string, BucketLevel>();
  return {
    admits({ topic, partition, bytes, nowMs }: OfferedMessage): boolean {
      const name = `${topic}/${partition}`;
      const level = refilled(levels.get(name), bytesPerSecond, nowMs);
      // A message larger than the bucket passes a full bucket and leaves a debt. Otherwise it would never pass.
      const isAdmitted = level.bytes >= Math.min(bytes, bytesPerSecond);
      levels.set(name, isAdmitted ? { ...level, bytes: level.bytes - bytes } : level);
      return isAdmitted;
    },
  };
}

/** Refills the bucket for the elapsed time. A clock that is set back neither refills it nor empties it. */
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
