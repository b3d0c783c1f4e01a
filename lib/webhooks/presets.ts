import type { Place } from "./places.ts";

/** Where a provider puts the id, event type and natural message key of a delivery. */
export type Preset = {
  readonly id: readonly Place[];
  readonly type: readonly Place[];
  readonly key: readonly Place[];
};

export const presets = {
  // GitHub docs, "Webhook events and payloads": delivery headers and common properties.
  github: {
    id: [{ from: "header", name: "x-github-delivery" }],
    type: [{ from: "header", name: "x-github-event", prefix: "com.github." }],
    key: [
      { from: "body", pointer: ["repository", "full_name"] },
      { from: "body", pointer: ["organization", "login"] },
    ],
  },
  /** Nothing is known: the id is a hash, the key is the id. */
  plain: { id: [], type: [], key: [] },
} as const satisfies Readonly<Record<string, Preset>>;
