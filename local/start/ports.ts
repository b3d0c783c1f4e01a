import { StartProblem } from "../data-stream/start-problem.ts";
import { findBusyPort } from "../http/ports.ts";

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

/** Reads ports from the environment. Throws a StartProblem if one is no port. */
export function readPorts<Name extends PortName>(
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const ports = names.map((name) => [name, readPort(name)]);
  return Object.fromEntries(ports) as Record<Name, number>;
}

function readPort(name: PortName): number {
  const port = Number(process.env[name] ?? usualPorts[name]);
  if (Number.isInteger(port) && port > 0 && port < 65_536) {
    return port;
  }
  throw new StartProblem(`${name} must be a port from 1 to 65535`);
}

/** Throws a StartProblem if somebody else listens on one of the ports. */
export async function refuseBusyPorts(ports: Readonly<Record<string, number>>): Promise<void> {
  const busy = await findBusyPort(ports);
  if (busy !== undefined) {
    throw new StartProblem(
      `Port ${busy.port} is in use: stop what listens there, or set ${busy.name} to another`,
    );
  }
}
