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
    let k = Math.imul(bytes.readInt32LE(i), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }

  const tailBytes = bytes.length - wholeWordsEnd;
  if (tailBytes > 0) {
    h = Math.imul(h ^ bytes.readUIntLE(wholeWordsEnd, tailBytes), m);
  }

  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}
