import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { FunctionsConnection } from "../../../../local/functions/console/connection.ts";

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** Replaces the functions: it records requests, and gives every one the same response. */
export async function startFunctionsStub(
  onRequest: () => Promise<unknown> = async () => undefined,
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const { method = "", url: path = "", headers } = request;
    received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    await onRequest();
    response.writeHead(200, { "content-type": "application/json", "x-stub": "yes" });
    response.end('{"status":"delivered","n":1.0}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

export function connection(told: Partial<FunctionsConnection> = {}): FunctionsConnection {
  const webhookOrigin = told.webhookOrigin ?? "http://127.0.0.1:1";
  return {
    webhookOrigin,
    invocationUrl: (name) => `${webhookOrigin}/invoke/${name}`,
    objectStorageOrigin: webhookOrigin,
    settings: {
      WEBHOOK_SOURCES: JSON.stringify({
        github: { verifier: "github" },
        alerts: { verifier: "bearer" },
        open: { verifier: "none" },
        keys: { verifier: "discord" },
      }),
      WEBHOOK_SECRETS: JSON.stringify({ github: ["local-a"], alerts: ["local-b"] }),
    },
    invocations: () => ["bucket", "heartbeat", "redrive"],
    ...told,
  };
}
