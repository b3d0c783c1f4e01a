import { getJson, postJson } from "../data/api.ts";

/** The parts of a call that somebody edited. An absent part stays as it was. */
export type Edited = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyEncoding?: "utf-8" | "base64";
  readonly event?: unknown;
};

export type Replayed = {
  /** The id of the new call, if it is known. */
  readonly id: string | null;
  /** Why nothing was signed. */
  readonly note: string | null;
  readonly reply: { readonly status: number };
};

/** Sends a call again, signed anew. */
export function replay(id: string, edited?: Edited): Promise<Replayed> {
  const path = `/_/deliveries/${encodeURIComponent(id)}/replay`;
  return edited === undefined ? getJson(path, { method: "POST" }) : postJson(path, edited);
}
