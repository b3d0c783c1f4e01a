import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodies, dataOf } from "../support/bytes.ts";
import { toPlainParameters, toRawParameters } from "../support/calls.ts";
import { shopCall } from "../support/deliveries.ts";
import { listen } from "../support/loopback.ts";
import { nodeBinaries } from "../support/node-binaries.ts";
import { startOpenWhisk } from "../support/openwhisk-host.ts";
import { webhookSettings } from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

/** Starts a produce API that acknowledges everything and keeps the values. */
async function serveApi() {
  const values: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { value } = JSON.parse(Buffer.concat(chunks).toString()) as { value: string };
      values.push(value);
      response.end('{"status":"200","detail":"OK"}');
    });
  });
  return { values, endpoint: `http://127.0.0.1:${await listen(server)}` };
}

describe.each(nodeBinaries())("the built webhook in the OpenWhisk host on $name", ({ path }) => {
  test("every byte of a signed body reaches the stream", async () => {
    const { values, endpoint } = await serveApi();
    const host = await startOpenWhisk({
      artifact: { kind: "source", path: "dist/webhook/index.js" },
      node: path,
    });
    const settings = { ...webhookSettings, DATASTREAM_ENDPOINT: endpoint };

    await fc.assert(
      fc.asyncProperty(bodies, fc.boolean(), async (body, asText) => {
        const signature = createHmac("sha256", secretsInUse.hmac).update(body).digest("hex");
        const call = shopCall(body, signature, "application/octet-stream");
        const isText = Buffer.from(Buffer.from(body).toString()).equals(body);
        const toParameters = asText && isText ? toPlainParameters : toRawParameters;

        const { result } = await host.run(toParameters(call, settings));

        expect(result).toMatchObject({ statusCode: 200, body: { status: "delivered" } });
        expect(dataOf(values.at(-1) ?? "{}", false)).toEqual(Buffer.from(body));
      }),
      { numRuns: 60 },
    );
    await host.stop();
  });
});
