import type { RefusedBody } from "../model/function-definition.ts";

/** One thing that happened to one object, whatever vendor says so. */
export type ObjectEvent = {
  /** Absent where the event names none. */
  readonly bucket: string | undefined;
  /** Decoded. */
  readonly name: string;
  /** The event as it came, for the message's data. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Read when its message is made: of many events in a notification all are named first. */
  readonly facts: () => ObjectFacts;
};

export type ObjectFacts = {
  /** CloudEvents `type` and `source`. */
  readonly type: string;
  readonly source: string;
  /** RFC 3339. */
  readonly time: string | undefined;
  /** Version, sequencer, request id, times: what tells this event from the next one; empty where nothing does. */
  readonly identityParts: readonly string[];
};

export type Notification =
  | {
      readonly kind: "objects";
      readonly objects: readonly ObjectEvent[];
      /** Each entry that is no object event. */
      readonly unknown: readonly RefusedBody[];
      readonly notes: readonly string[];
    }
  | { readonly kind: "test" }
  /** `from` says whose event it seems to be, as a part of a sentence. */
  | { readonly kind: "unknown"; readonly from: string };
