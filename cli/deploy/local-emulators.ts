import type { Effects } from "../../lib/effects/effects.ts";
import { textOf } from "../../lib/encoding/unknown-object.ts";
import { commandText } from "../shared/command-text.ts";
import { parseObject } from "../shared/parse-object.ts";

/** The addresses of a running `npm start`. */
export type LocalEmulators = {
  readonly cloudFunctions: string;
  readonly dataStream: string;
  readonly objectStorage: string;
  readonly functions: string;
};

/** No emulator was found. The message says how to start one. */
export class NoEmulator extends Error {
  override name = "NoEmulator";
}

const portDefault = "4012";
const timeoutMs = 5_000;
const responseBytesMax = 64 * 1024;

/** Returns the origin of the Cloud Functions emulator, or undefined if the variable holds no port. */
export function localOrigin({ CLOUD_FUNCTIONS_PORT: given }: Environment): string | undefined {
  const port = given === undefined || given === "" ? portDefault : given;
  return /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536
    ? `http://127.0.0.1:${Number(port)}`
    : undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks the Cloud Functions emulator what runs beside it. Throws a NoEmulator. */
export async function findLocalEmulators(
  cloudFunctions: string,
  { transport }: Pick<Effects, "transport">,
): Promise<LocalEmulators> {
  const url = new URL("/_/origins", cloudFunctions);
  const headers = ["host", url.host];
  const request = { method: "GET", url, headers, body: "", timeoutMs, responseBytesMax } as const;
  const response = await transport(request);
  if (response.kind !== "response") {
    throw new NoEmulator(
      `${commandText("start")} does not run: nothing answers at ${cloudFunctions} (${response.code}). Start it in another terminal, and give CLOUD_FUNCTIONS_PORT to both if it listens on another port`,
    );
  }
  const told = response.status === 200 ? (parseObject(response.body) ?? {}) : {};
  const emulators = {
    cloudFunctions,
    dataStream: textOf(told["dataStream"]),
    objectStorage: textOf(told["objectStorage"]),
    functions: textOf(told["functions"]),
  };
  if (told["cloudFunctions"] !== true || !Object.values(emulators).every(isLoopback)) {
    throw new NoEmulator(
      `what listens at ${cloudFunctions} is not ${commandText("start")}: set CLOUD_FUNCTIONS_PORT to the port that it prints`,
    );
  }
  return emulators;
}

/** Returns whether an origin is on this machine, so that nothing else is ever deployed to or produced to. */
export function isLoopback(origin: string): boolean {
  return (
    URL.canParse(origin) && ["127.0.0.1", "[::1]", "localhost"].includes(new URL(origin).hostname)
  );
}
