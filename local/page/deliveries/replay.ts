import { getJson, postJson } from "../data/api.ts";
import type { Delivery } from "./delivery.ts";

/** What of a request somebody edited. An absent part stays as it was. */
export type EditedRequest = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly event?: unknown;
};

/** Sends a call again, signed anew, and returns the id of the new call. */
export async function replay(id: string, edited?: EditedRequest): Promise<string> {
  const path = `/_/deliveries/${encodeURIComponent(id)}/replay`;
  const { delivery } =
    edited === undefined
      ? await getJson<{ delivery: Delivery }>(path, { method: "POST" })
      : await postJson<{ delivery: Delivery }>(path, edited);
  return delivery.id;
}
