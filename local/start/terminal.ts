import { resolve } from "node:path";
import { callJson, callLines } from "../functions/host/call-line.ts";
import type { FunctionCall } from "../functions/host/function-call.ts";
import { isLoopback, openPortWarning } from "../http/listen.ts";
import type { Options } from "../start-options.ts";

export type Terminal = {
  /** Prints a line for the person at the terminal; with `--json` to stderr. */
  readonly say: (line: string) => void;
  /** Prints the line of a finished call. */
  readonly call: (call: FunctionCall) => void;
  /** Prints that everything runs, or has ended: a line of `--json` alone. */
  readonly event: (type: "start" | "stop", facts?: object) => void;
};

/** Creates what prints to the terminal: text, or lines of JSON for a program. */
export function createTerminal({ isJson }: Pick<Options, "isJson">): Terminal {
  return isJson
    ? {
        say: (line) => console.error(line),
        call: (call) => console.log(callJson(call)),
        event: (type, facts = {}) =>
          console.log(JSON.stringify({ type, at: new Date().toISOString(), ...facts })),
      }
    : {
        say: (line) => console.log(line),
        call: (call) => console.log(callLines(call).join("\n")),
        event: () => undefined,
      };
}

export function dataStreamLines(
  origin: string,
  { host, dataDirectory, kafka }: Pick<Options, "host" | "dataDirectory" | "kafka">,
): readonly string[] {
  const beside = (text: string) => `                      ${text}`;
  return [
    ...(isLoopback(host) ? [] : [openPortWarning(Number(new URL(origin).port))]),
    `\nData Stream           ${origin}  (the console page)`,
    ...(dataDirectory === undefined
      ? []
      : [beside(`keeps its topics in ${resolve(dataDirectory)}`)]),
    ...(kafka === undefined
      ? []
      : [beside(`acknowledges what Kafka at ${kafka.brokers.join(", ")} has`)]),
  ];
}
