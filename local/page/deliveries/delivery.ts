/** A call of a function as `GET /_/deliveries` describes it. Secrets and signatures are hidden there. */
export type Delivery = {
  readonly id: string;
  readonly time: string;
  readonly durationMs: number;
  readonly function: string;
  readonly trigger: string;
  readonly source?: string;
  readonly status: number;
  readonly outcome: string;
  readonly reason?: string;
  readonly fix?: string;
  readonly callerGone: boolean;
  readonly duplicate: boolean;
  /** The ids of the produce requests. */
  readonly requests: readonly string[];
  /** The places of the records, as `topic/partition/offset`. */
  readonly records: readonly string[];
  readonly request?: DeliveredRequest;
};

export type DeliveredRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
