import type { BuiltFunction } from "../built-functions.ts";
import type { Settings } from "./sources.ts";

/** Where the functions and the object storage beside the stand-in are, and the settings all of them share. */
export type Connection = {
  readonly webhookOrigin: string;
  readonly invocationUrl: (name: string) => string;
  readonly objectStorageOrigin: string;
  readonly settings: Settings;
  readonly functions: readonly BuiltFunction[];
};
