import type { ConsoleSettings } from "./sources.ts";

/** Where the functions and the object storage beside the emulator are, and the settings all of them share. */
export type FunctionsConnection = {
  readonly webhookOrigin: string;
  readonly invocationUrl: (name: string) => string;
  readonly objectStorageOrigin: string;
  readonly settings: ConsoleSettings;
};
