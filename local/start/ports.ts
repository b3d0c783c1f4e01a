import { SettingProblem, StartProblem } from "../data-stream/start-problem.ts";
import { findPortProblem, type PortProblem } from "../http/ports.ts";

/** The ports by the variables that set them. */
const usualPorts = {
  STANDIN_PORT: 4010,
  OBJECT_STORAGE_PORT: 4011,
  CLOUD_FUNCTIONS_PORT: 4012,
  HTTP_PORT: 3000,
  OFFLINE_PORT: 3001,
  LAMBDA_PORT: 3002,
} as const;

export type PortName = keyof typeof usualPorts;

/** Reads ports from the environment. Throws a SettingProblem if one is no port, or if two are the same. */
export function readPorts<Name extends PortName>(
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const ports = names.map((name) => [name, readPort(name)] as const);
  for (const [index, [name, port]] of ports.entries()) {
    const [other] = ports.find(([, one], at) => at < index && one === port) ?? [];
    if (other !== undefined) {
      throw new SettingProblem(`${other} and ${name} are both ${port}: set one of them to another`);
    }
  }
  return Object.fromEntries(ports) as Record<Name, number>;
}

/** An empty variable is none, as with settings. */
function readPort(name: PortName): number {
  const text = process.env[name] || String(usualPorts[name]);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65_536) {
    return port;
  }
  throw new SettingProblem(`${name} must be a port from 1 to 65535`);
}

/** Throws a StartProblem if one of the ports cannot be listened on. */
export async function refuseBusyPorts(ports: Readonly<Record<string, number>>): Promise<void> {
  const problem = await findPortProblem(ports);
  if (problem !== undefined) {
    throw new StartProblem(toText(problem));
  }
}

/** A port can be reserved too: one below 1024, or on Windows one of the ranges of Hyper-V. */
export function toText({ name, port, code }: PortProblem): string {
  return code === "EADDRINUSE"
    ? `Port ${port} is in use: stop what listens there, or set ${name} to another`
    : `Port ${port} cannot be used (${code}): set ${name} to another`;
}
