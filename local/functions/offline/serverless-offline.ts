import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { MissingPackage, StartProblem } from "../../data-stream/start-problem.ts";

/** serverless-offline starts in about 6 s on an idle machine. */
const startMsMax = 120_000;
const pollMs = 200;
/** A first request loads the function. */
const probeMsMax = 30_000;
/** The last lines printed during the start are kept to explain a failure. */
const linesKeptMax = 200;
const stopMsMax = 5_000;
const endWithParent = new URL("end-with-parent.mjs", import.meta.url).href;
/** It has the ending of this file: `.ts` in a checkout, `.js` in the package. */
const guardServers = fileURLToPath(
  new URL(`guard-servers${extname(import.meta.url)}`, import.meta.url),
);

export type Offline = {
  /** Resolves once the functions respond over HTTP. Rejects if they never do. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
};

export type OfflineOptions = {
  readonly httpPort: number;
  readonly lambdaPort: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The path of a GET that a healthy webhook function answers with 200: that of one of its sources. */
  readonly healthPath: string;
  readonly onExit: (output: string) => void;
};

/** Runs the built artifacts under serverless-offline, in a process of its own. */
export function startOffline(options: OfflineOptions): Offline {
  const { httpPort, lambdaPort, environment, healthPath, onExit } = options;
  const ports = ["--httpPort", String(httpPort), "--lambdaPort", String(lambdaPort)];
  const imports = ["--import", endWithParent, "--import", bundled(guardServers)];
  const offline = [...imports, findServerless(), "offline", "start", ...ports];
  const child = spawn(process.execPath, offline, {
    env: { ...process.env, ...environment },
    // The channel carries no messages. When it breaks, the child notices our end, even by `kill -9`.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // The child has a process group of its own: Ctrl-C reaches this process, which then ends the child in order.
    detached: true,
  });
  const kept: string[] = [];
  let isReady = false;
  for (const stream of [child.stdout, child.stderr].filter((output) => output !== null)) {
    createInterface({ input: stream }).on("line", (line) => {
      if (isReady && line.trim() !== "") {
        console.log(line);
      } else if (kept.push(line) > linesKeptMax) {
        kept.shift();
      }
    });
  }
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void exited.then(() => onExit(kept.join("\n")));
  return {
    ready: waitUntilReachable(`http://127.0.0.1:${httpPort}${healthPath}`).then((isHealthy) => {
      isReady = true;
      // The functions log a wrong setting while they start, so the kept lines show it.
      console.log(isHealthy ? "" : kept.join("\n"));
    }),
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([exited, sleep(stopMsMax)]);
      child.kill("SIGKILL");
    },
  };
}

/** Returns a module of TypeScript as one URL. A hook that compiles it would not be there in worker threads. */
function bundled(path: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [path],
    ...{ bundle: true, write: false, platform: "node", target: "node20", format: "esm" },
  });
  const [file] = outputFiles;
  return `data:text/javascript;base64,${Buffer.from(file?.contents ?? []).toString("base64")}`;
}

/** osls goes on with version 3 of serverless. Version 4 asks for an account. */
const packages = "serverless@npm:osls@4 serverless-offline@14";

/** Returns the program of the project's own package. Throws a StartProblem. */
export function findServerless(): string {
  if (!existsSync("serverless.yml")) {
    throw new StartProblem(
      "offline runs the functions that serverless.yml describes, and this folder has none",
    );
  }
  const project = createRequire(resolve("package.json"));
  const [serverless, offline] = ["serverless", "serverless-offline"].map((name) =>
    (project.resolve.paths(name) ?? []).map((folder) => join(folder, name)).find(existsSync),
  );
  if (serverless === undefined || offline === undefined) {
    throw new MissingPackage("offline", "serverless-offline", packages);
  }
  const { bin } = project(join(serverless, "package.json")) as { bin: Record<string, string> };
  return join(serverless, bin["serverless"] ?? "");
}

/** Waits for the first response and says whether its status is a success. */
async function waitUntilReachable(url: string): Promise<boolean> {
  const endMs = Date.now() + startMsMax;
  while (Date.now() < endMs) {
    const signal = AbortSignal.timeout(probeMsMax);
    const response = await fetch(url, { signal }).catch(() => undefined);
    if (response !== undefined) {
      return response.ok;
    }
    await sleep(pollMs);
  }
  throw new StartProblem(`the functions did not respond within ${startMsMax} ms`);
}

/** Returns the URL where serverless-offline invokes a function, as Lambda's own API does. */
export function invocationUrl(lambdaPort: number, name: string): string {
  return `http://127.0.0.1:${lambdaPort}/2015-03-31/functions/datastream-relay-dev-${name}/invocations`;
}
