/** The settings of the emulators and of the functions. */
export type LocalSettings = {
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Advice about settings that work. */
  readonly warnings: readonly string[];
  /** The topics of the Data Stream emulator, as STANDIN_TOPICS has them. */
  readonly topics: unknown;
};
