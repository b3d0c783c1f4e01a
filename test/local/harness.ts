import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { EmulatorOptions } from "../../local/data-stream/server.ts";
import { startEmulator } from "../../local/data-stream/server.ts";

export const clockMs = 1_700_000_000_000;
export const accessKey = "ncp_iam_EXAMPLEACCESSKEY";
export const secretKey = "ncp_iam_EXAMPLESECRETKEY";

/** Made with openssl for POST /api/produce at `clockMs`; test/vectors has more. */
export const signature = "QOuSeOcbJW+6Nk3zLFcfRjA5sMM3NfURkiPqTI2K0sc=";

export const signedHeaders = {
  "x-ncp-apigw-timestamp": "1700000000000",
  "x-ncp-iam-access-key": accessKey,
  "x-ncp-apigw-signature-v2": signature,
};

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Starts an emulator on a port of its own, with a stopped clock, and closes it when the test ends. */
export async function startWorld(options: Partial<EmulatorOptions> = {}) {
  const lines: string[] = [];
  const emulator = await startEmulator({
    port: 0,
    topics: { orders: 3, alerts: 1 },
    accessKeys: { [accessKey]: secretKey },
    log: (line) => lines.push(line),
    now: () => clockMs,
    random: () => 0,
    ...options,
  });
  onTestFinished(() => emulator.close());
  const { origin } = emulator;
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${origin}${path}`, { method: "POST", body, headers });
  return {
    ...emulator,
    /** The lines that were printed on the terminal. */
    lines,
    post,
    produce: (message: unknown, headers: Record<string, string> = signedHeaders) =>
      post("/api/produce", JSON.stringify(message), headers),
    setFaults: (script: unknown) => post("/_/faults", JSON.stringify(script)),
    async get(path: string): Promise<unknown> {
      return (await fetch(`${origin}${path}`)).json();
    },
    remove: (path: string) => fetch(`${origin}${path}`, { method: "DELETE" }),
  };
}

/** The requests that wait for their responses at once. */
const pipelinedMax = 500;

/**
 * Sends thousands of messages in their order and returns the statuses. Hundreds share a connection and wait for no
 * response in between, because sending each by itself would take most of a test's time.
 */
export async function produceAll(
  { port }: { readonly port: number },
  messages: readonly unknown[],
): Promise<readonly number[]> {
  const fields = Object.entries({ host: `127.0.0.1:${port}`, ...signedHeaders });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const statuses: number[] = [];
  for (let from = 0; from < messages.length; from += pipelinedMax) {
    const bodies = messages.slice(from, from + pipelinedMax).map((one) => JSON.stringify(one));
    const requests = bodies.map((body, index) => {
      const connection = index === bodies.length - 1 ? "close" : "keep-alive";
      const length = `connection: ${connection}\r\ncontent-length: ${Buffer.byteLength(body)}`;
      return `POST /api/produce HTTP/1.1\r\n${head}${length}\r\n\r\n${body}`;
    });
    const socket = connect(port, "127.0.0.1");
    socket.write(requests.join(""));
    const answered = await text(socket);
    statuses.push(
      ...[...answered.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status)),
    );
  }
  return statuses;
}

export function sign(message: string, key = secretKey): Buffer {
  return createHmac("sha256", key).update(message).digest();
}

export type RawRequest = {
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
};

/** Sends a request with node:http, which may set any Host and reports how a connection broke. fetch does neither. */
export function rawRequest({ port, method = "GET", path = "/", headers = {}, body }: RawRequest) {
  return new Promise<{ status: number; body: string; error?: string }>((resolve) => {
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: false });
    request.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ status: 0, body: "", error: error.code ?? error.message }),
    );
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
      response.on("error", (error) => resolve({ status: 0, body: "", error: error.message }));
    });
    request.end(body);
  });
}
