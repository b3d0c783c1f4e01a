import { signal } from "@preact/signals";
import { getJson } from "../data/api.ts";
import { readText, storeText } from "../data/stored.ts";

/** A webhook source of the settings, with a sample of what its provider sends. */
export type Source = {
  readonly name: string;
  readonly verifier: string;
  readonly canSign: boolean;
  readonly sample: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
};

export type Functions = {
  readonly connected: boolean;
  readonly sources: readonly Source[];
  readonly bucket?: string;
  readonly invocations?: readonly string[];
};

/** A target of Send: a webhook of a source, an object, or an event to a function. */
export type Target =
  | { readonly kind: "webhook"; readonly id: string; readonly source: Source }
  | { readonly kind: "upload"; readonly id: string; readonly bucket: string }
  | { readonly kind: "function"; readonly id: string; readonly name: string };

export const functions = signal<Functions | undefined>(undefined);
export const chosenId = signal(readText("send") ?? "");

export async function loadFunctions(): Promise<void> {
  functions.value = await getJson<Functions>("/_/functions");
}

export function choose(id: string): void {
  storeText("send", id);
  chosenId.value = id;
}

export function targetsOf({ sources, bucket, invocations = [] }: Functions): readonly Target[] {
  return [
    ...sources.map(
      (source) => ({ kind: "webhook", id: `webhook/${source.name}`, source }) as const,
    ),
    ...(bucket ? [{ kind: "upload", id: "upload", bucket } as const] : []),
    ...invocations.map((name) => ({ kind: "function", id: `function/${name}`, name }) as const),
  ];
}

/** Returns the chosen target, or the first one if it is there no more. */
export function chosenOf(targets: readonly Target[]): Target | undefined {
  return targets.find(({ id }) => id === chosenId.value) ?? targets[0];
}
