import { readFileSync } from "node:fs";
import { parse as parseEnv } from "dotenv";
import { startEmulator } from "../../../local/data-stream/server.ts";
import { readBuiltFunctions, toHosted } from "../../../local/functions/built-functions.ts";
import { startHost } from "../../../local/functions/host/host.ts";
import { freePort } from "../../support/free-port.ts";

export const settings = parseEnv(
  readFileSync(new URL("../../../local/settings.env", import.meta.url), "utf8"),
);
export const accessKeys = {
  [settings["NCLOUD_ACCESS_KEY"] ?? ""]: settings["NCLOUD_SECRET_KEY"] ?? "",
};
/** Starts the built functions and the Data Stream emulator as `npm start` does. */
export async function startAll() {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const built = readBuiltFunctions();
  const emulator = await startEmulator({
    port: 0,
    topics: { "local-events": 3 },
    accessKeys,
    log: () => undefined,
    functions: {
      webhookOrigin: origin,
      invocationUrl: (name) => `${origin}/${name}`,
      objectStorageOrigin: "http://127.0.0.1:1",
      settings,
      invocations: () => [],
    },
  });
  const host = await startHost({
    port,
    functions: toHosted(typeof built === "string" ? [] : built, {
      ...settings,
      HEARTBEAT_CRON: "0 0 1 1 *",
    }),
    openEndpoint: emulator.openEndpoint,
    onCall: emulator.addCall,
    report: () => undefined,
  });
  return { origin, emulator, host };
}
