/** Texts and calls that the emulators and the host of the functions get from the command that starts them. */
export type Surroundings = {
  /** Returns a command as the reader types it. */
  readonly commandText: (name: string, args?: string) => string;
  /** Builds the functions. Its table goes to stderr if `isQuiet`. Resolves with the exit code. */
  readonly build: (isQuiet: boolean) => Promise<number>;
  /** Any file, for the example of an upload. */
  readonly sampleFile: string;
};
