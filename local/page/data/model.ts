/** A record as the emulator keeps it. */
export type TopicRecord = {
  readonly cursor: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string;
  readonly value: string;
};

export type Partition = {
  readonly partition: number;
  readonly first: number;
  readonly next: number;
  readonly dropped: number;
  readonly bytes?: number;
};

export type Topic = { readonly name: string; readonly partitions: readonly Partition[] };

/** A request to the Data Stream API and what became of it. */
export type RequestEntry = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** 0 if the connection was cut without a response. */
  readonly status: number;
  readonly verdict: "accepted" | "refused" | "faulted";
  readonly reason?: string;
  readonly fix?: string;
  readonly diagnosis?: {
    readonly likelyMistake?: string;
    readonly fix?: string;
    readonly expectedStringToSign?: string;
  };
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
};

export type FaultStep = Readonly<Record<string, unknown>>;

export type FaultScript = {
  readonly on?: boolean;
  readonly steps: readonly FaultStep[];
  readonly rate?: { readonly probability: number; readonly step: FaultStep };
  readonly bucket?: { readonly bytesPerSecond: number };
};
