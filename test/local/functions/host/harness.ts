import { onTestFinished } from "vitest";
import type { FunctionCall } from "../../../../local/functions/host/function-call.ts";
import { startHost } from "../../../../local/functions/host/host.ts";
import type { HostedFunction, HostOptions } from "../../../../local/functions/host/host-options.ts";

/** A function that answers with its parameters and the variables that the runner sets. */
export const echo = `
async function main(parameters) {
  const { __OW_ACTIVATION_ID: id, __OW_DEADLINE: deadline, HOME: home } = process.env;
  return { body: { parameters, id, deadline, home, pid: process.pid } };
}`;

export function sourceOf(
  code: string,
  given: Partial<Omit<HostedFunction, "code">> = {},
): HostedFunction {
  return { code: { kind: "source", code }, parameters: {}, triggers: {}, ...given };
}

export const http = { http: true } as const;

/** Starts a host whose calls and reports are kept. It ends with the test. */
export async function startTestHost(
  functions: HostOptions["functions"],
  given: Partial<HostOptions> = {},
) {
  const calls: FunctionCall[] = [];
  const reports: string[] = [];
  const host = await startHost({
    ...{ port: 0, functions },
    onCall: (call) => calls.push(call),
    report: (line) => reports.push(line),
    ...given,
  });
  onTestFinished(() => host.stop());
  const send = (path: string, init: RequestInit = {}) => fetch(`${host.origin}${path}`, init);
  return { host, calls, reports, send };
}
