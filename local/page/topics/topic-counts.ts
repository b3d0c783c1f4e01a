import type { Partition, Topic } from "../data/model.ts";

/** A topic with its sums. The emulator counts bytes and records itself, so that they are right from the first paint. */
export type TopicCounts = {
  readonly name: string;
  readonly retentionMs: number | undefined;
  readonly records: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly partitions: readonly PartitionCounts[];
};

export type PartitionCounts = Partition & { readonly records: number; readonly bytes: number };

type Counted = "records" | "bytes" | "dropped";
/** A topic as the emulator describes it. */
type Described = Topic & { readonly retentionMs?: number };

export function toCounts({ name, retentionMs, partitions }: Described): TopicCounts {
  const counted = partitions.map((one) => ({
    ...one,
    records: one.next - one.first,
    bytes: one.bytes ?? 0,
  }));
  return {
    name,
    retentionMs,
    records: sumOf(counted, "records"),
    bytes: sumOf(counted, "bytes"),
    dropped: sumOf(counted, "dropped"),
    partitions: counted,
  };
}

export function sumOf(list: readonly Readonly<Record<Counted, number>>[], field: Counted): number {
  return list.reduce((total, one) => total + one[field], 0);
}

/** Returns the largest unit of time that measures a retention without a rest. */
export function retentionOf(ms: number): {
  readonly unit: "days" | "hours";
  readonly count: number;
} {
  const hours = ms / 3_600_000;
  return hours % 24 === 0 ? { unit: "days", count: hours / 24 } : { unit: "hours", count: hours };
}
