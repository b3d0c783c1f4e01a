/**
 * Returns the partition that Kafka's default partitioner chooses for a key:
 * `toPositive(murmur2(utf8 bytes)) % partitions`. Returns undefined if the topic's partition count is unknown. The API
 * then chooses a partition at random.
 */
export function partitionOf(key: string, partitions: number | undefined): number | undefined {
  return partitions === undefined
    ? undefined
    : (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

/** Computes 32-bit MurmurHash2 with Kafka's seed, as `org.apache.kafka.common.utils.Utils.murmur2` does. */
export function murmur2(bytes: Buffer): number {
  const seed = 0x9747b28c;
  const m = 0x5bd1e995;
  let h = seed ^ bytes.length;

  const wholeWordsEnd = bytes.length & ~3;
  for (let i = 0; i < wholeWordsEnd; i += 4) {
    let k = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16);
    k = Math.imul(k | ((bytes[i + 3] ?? 0) << 24), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }

  let tail = 0;
  for (let i = bytes.length - 1; i >= wholeWordsEnd; i -= 1) {
    tail = (tail << 8) | (bytes[i] ?? 0);
  }
  if (wholeWordsEnd < bytes.length) {
    h = Math.imul(h ^ tail, m);
  }

  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}
