import { createHash } from "node:crypto";
import type { ActionRunner } from "../../../local/cloud-functions/emulator.ts";
import type { StoredAction } from "../../../local/cloud-functions/resources.ts";
import { type OpenWhisk, startOpenWhisk } from "../../support/openwhisk-host.ts";
import { writeFile } from "./harness.ts";

export type Runner = { readonly run: ActionRunner; close(): Promise<void> };

/** Evaluates and calls deployed actions as the OpenWhisk runner does, with one container for each version. */
export function createRunner(): Runner {
  const hosts = new Map<string, Promise<OpenWhisk>>();
  return {
    async run({ action, event, activationId }) {
      const parameters = { ...action.parameters, ...event };
      const key = `${action.name} ${createHash("sha256").update(action.code).digest("hex")}`;
      const host = hosts.get(key) ?? startAction(action);
      hosts.set(key, host);
      const started = await host;
      return await started.run(parameters, { activation_id: activationId });
    },
    async close() {
      for (const host of hosts.values()) {
        await (await host).stop();
      }
    },
  };
}

async function startAction({ code, binary }: StoredAction): Promise<OpenWhisk> {
  const path = binary ? writeZip(code) : writeFile("index.js", code);
  return await startOpenWhisk({ artifact: { kind: binary ? "zip" : "source", path } });
}

function writeZip(base64: string): string {
  return writeFile("artifact.zip", Buffer.from(base64, "base64"));
}
