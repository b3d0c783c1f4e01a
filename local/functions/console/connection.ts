import type { ConsoleSettings } from "./sources.ts";

/** The addresses of the functions and of Object Storage, and the settings that they share with the emulator. */
export type FunctionsConnection = {
  readonly webhookOrigin: string;
  readonly invocationUrl: (name: string) => string;
  readonly objectStorageOrigin: string;
  readonly settings: ConsoleSettings;
  /** The names of the functions that are called by name; none before they have been built. */
  readonly invocations: () => readonly string[];
};
