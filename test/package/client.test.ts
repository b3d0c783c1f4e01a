import { createServer } from "node:http";
import { expect, test } from "vitest";
import { createDataStreamClient } from "../../package/client.ts";
import { listen } from "../support/loopback.ts";

const keys = { accessKey: "ncp_iam_CLIENTKEY", secretKey: "client-secret" };

test("connections are reused, and close ends them", async () => {
  let opened = 0;
  let ended = 0;
  const server = createServer((_, response) => {
    response.end('{"status":"200","detail":"OK"}');
  });
  server.on("connection", (socket) => {
    opened += 1;
    socket.on("close", () => {
      ended += 1;
    });
  });
  const client = createDataStreamClient({
    ...keys,
    endpoint: `http://127.0.0.1:${await listen(server)}`,
  });
  const produce = () => client.produce([{ topic: "orders", key: "k", value: "v" }]);

  expect(await produce()).toEqual([{ status: "delivered" }]);
  expect(await produce()).toEqual([{ status: "delivered" }]);
  expect([opened, ended]).toEqual([1, 0]);
  await client.close();
  await client.close();
  await expect.poll(() => ended).toBe(1);
});

test("a stream that nobody serves is a failed outcome within the deadline", async () => {
  const client = createDataStreamClient({ ...keys, endpoint: "http://127.0.0.1:9" });
  const startedMs = Date.now();
  const outcomes = await client.produce([{ topic: "orders", key: "k", value: "v" }], {
    deadlineMs: 1_000,
  });

  expect(outcomes).toEqual([
    expect.objectContaining({ status: "failed", code: "STREAM_UNREACHABLE" }),
  ]);
  expect(Date.now() - startedMs).toBeLessThan(5_000);
  await client.close();
});

test("client.sign makes the same headers as sign, with the client's keys", () => {
  const client = createDataStreamClient({ accessKey: "AK_TEST", secretKey: "SK_TEST" });
  const request = {
    method: "POST",
    url: "/vserver/v2/createServerInstances?regionCode=KR",
    timestamp: 1_700_000_000_000,
  };

  expect(client.sign(request)["x-ncp-apigw-signature-v2"]).toBe(
    "xBcE26XFU55BMjppdPT7ZY3oDrqoOedfPyAn3Cq4lUw=",
  );
});

test("client.sign takes the time of the call for a timestamp that is undefined, and asks for a method", () => {
  const client = createDataStreamClient({ accessKey: "AK_TEST", secretKey: "SK_TEST" });
  const request = { method: "GET", url: "/", timestamp: undefined };
  const before = Date.now();

  expect(Number(client.sign(request)["x-ncp-apigw-timestamp"])).toBeGreaterThanOrEqual(before);
  expect(() => client.sign({ url: "/" } as never)).toThrow(new TypeError("method must be text"));
});
