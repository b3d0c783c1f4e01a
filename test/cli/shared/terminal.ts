import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemEffects } from "../../../lib/adapters/system-effects.ts";
import type { Effects } from "../../../lib/effects/effects.ts";
import { createTransport } from "../../../lib/http/client.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

type Run = (
  argv: readonly string[],
  terminal: Parameters<typeof import("../../../cli/doctor/command.ts").runDoctor>[1],
  effects: Effects,
) => Promise<number>;

export type CommandOptions = {
  readonly settings?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly isTty?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly effects?: Partial<Effects>;
};

/** Every test searches its output for this key pair. */
export const keys = {
  NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
  NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
};
export const accessKeys = { [keys.NCLOUD_ACCESS_KEY]: keys.NCLOUD_SECRET_KEY };

/**
 * Starts a command in this process. The result has its output, its end and a way to press Ctrl-C. Its
 * output is searched for secrets.
 */
export function startCommand(run: Run, argv: readonly string[], options: CommandOptions = {}) {
  const { settings = {}, input = "", isTty = false, environment = {} } = options;
  const written = { out: "", error: "" };
  const interruptions: (() => void)[] = [];
  const terminal = {
    writeOut: (text: string) => {
      written.out += text;
      hear(text);
    },
    writeError: (text: string) => {
      written.error += text;
      hear(text);
    },
    isOutTty: isTty,
    isErrorTty: isTty,
    isInputTty: isTty,
    input: () => toChunks(input),
    environment: { ...settings, ...environment },
    onInterrupt: (listener: () => void) => {
      interruptions.push(listener);
    },
  };
  const effects = {
    ...systemEffects,
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    transport: createTransport({ now: Date.now }),
    ...options.effects,
  };
  const ended = run(argv, terminal, effects).then((code) => ({ code, ...written }));
  return {
    ended,
    written,
    interrupt: () => {
      for (const listener of interruptions) {
        listener();
      }
    },
  };
}

export function runCommand(run: Run, argv: readonly string[], options?: CommandOptions) {
  return startCommand(run, argv, options).ended;
}

async function* toChunks(input: NonNullable<CommandOptions["input"]>) {
  if (typeof input === "string" || input instanceof Uint8Array) {
    yield Buffer.from(input);
  } else {
    yield* input;
  }
}

/** Creates a folder for the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function temporaryFile(content: string | Uint8Array, name = "input.ndjson"): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}
