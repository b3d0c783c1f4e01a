import { describe, expect, test } from "vitest";
import { clockMs, rawRequest, secretKey, signedHeaders, startWorld } from "../../harness.ts";

const message = { topic: "orders", key: "a", value: "1" };

function gatewayBody(errorCode: string, text: string, details: string) {
  return { error: { errorCode, message: text, details } };
}

describe("a signed message", () => {
  test("a signed message is acknowledged as the API page shows", async () => {
    const emulator = await startWorld();

    const response = await emulator.produce({ ...message, partition: 1 });

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("date")).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
    expect(await response.json()).toEqual({ status: "200", detail: "OK" });
  });

  test("a signed message is on its topic with partition, offset and time", async () => {
    const emulator = await startWorld();

    await emulator.produce({ topic: "orders", key: "주문", value: '{"n":1}\n', partition: 2 });

    expect(await emulator.get("/_/topics/orders/records")).toEqual({
      records: [
        {
          cursor: 1,
          topic: "orders",
          partition: 2,
          offset: 0,
          timestamp: 1_700_000_000_000,
          key: "주문",
          value: '{"n":1}\n',
        },
      ],
      next: 1,
    });
  });

  test("a message may have an empty key and an empty value", async () => {
    const emulator = await startWorld();

    const response = await emulator.produce({ topic: "alerts", key: "", value: "" });

    expect(response.status).toBe(200);
  });

  test("a message with a signed query is accepted", async () => {
    const emulator = await startWorld();

    // Made with openssl for "POST /api/produce?dry=1&x=%20".
    const headers = {
      ...signedHeaders,
      "x-ncp-apigw-signature-v2": "I1los7CBwzhDqNQIWQdXyvIQ0xqFl2YrpU8tbJhy1d0=",
    };
    const response = await emulator.post(
      "/api/produce?dry=1&x=%20",
      JSON.stringify(message),
      headers,
    );

    expect(response.status).toBe(200);
  });
});

describe("a message without a partition", () => {
  test.for([
    [0, 0],
    [0.34, 1],
    [0.999, 2],
    [1, 2],
  ] as const)("a draw of %d chooses partition %d", async ([drawn, partition]) => {
    const emulator = await startWorld({ random: () => drawn });

    await emulator.produce(message);

    expect(await emulator.get("/_/topics/orders/records")).toMatchObject({
      records: [{ partition }],
    });
  });
});

describe("headers", () => {
  test.for(["x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2"] as const)(
    "a request without %s is refused",
    async (name) => {
      const emulator = await startWorld();
      const { [name]: _, ...headers } = signedHeaders;

      const response = await emulator.produce(message, headers);

      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        status: "400",
        detail: "Bad Request, Invalid headers",
      });
      expect(await emulator.get("/_/requests")).toMatchObject({
        requests: [{ verdict: "refused", reason: `missing headers: ${name}` }],
      });
    },
  );

  test.for([
    ["x-ncp-apigw-timestamp", "2023-11-14T22:13:20Z", "The timestamp is not epoch milliseconds."],
    ["x-ncp-apigw-timestamp", "1700000000000.0", "The timestamp is not epoch milliseconds."],
    ["x-ncp-apigw-timestamp", "-1", "The timestamp is not epoch milliseconds."],
    [
      "x-ncp-apigw-timestamp",
      "1700000000",
      "The timestamp differs from the server's clock by 5 minutes or more.",
    ],
    ["x-ncp-iam-access-key", "ncp_iam_SOMEBODYELSE", "The access key is unknown."],
    ["x-ncp-iam-access-key", "__proto__", "The access key is unknown."],
    [
      "x-ncp-apigw-signature-v2",
      "QOuSeOcbJW+6Nk3zLFcfRjA5sMM3NfURkiPqTI2K0sd=",
      "The signature does not match.",
    ],
    ["x-ncp-apigw-signature-v2", "QOuSeOcbJW+6Nk3z", "The signature does not match."],
  ] as const)("a request with %s: %s is unauthenticated", async ([name, value, details]) => {
    const emulator = await startWorld();

    const response = await emulator.produce(message, { ...signedHeaders, [name]: value });

    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual(gatewayBody("200", "Authentication Failed", details));
    expect(await emulator.get("/_/topics/orders/records")).toEqual({ records: [], next: 0 });
  });

  test("headers are checked before the body", async () => {
    const emulator = await startWorld();

    const response = await emulator.post("/api/produce", "not JSON", {
      ...signedHeaders,
      "x-ncp-apigw-signature-v2": "wrong",
    });

    expect(response.status).toBe(401);
  });
});

describe("the clock", () => {
  test.for([
    [299_999, 200],
    [-299_999, 200],
    [300_000, 401],
    [-300_000, 401],
  ] as const)("a timestamp %d ms away from the clock gets %d", async ([awayMs, status]) => {
    const emulator = await startWorld({ now: () => clockMs + awayMs });

    const response = await emulator.produce(message);

    expect(response.status).toBe(status);
  });
});

describe("the body", () => {
  test.for([
    ["not JSON", "{", "Bad Request, the body is not JSON"],
    ["empty", "", "Bad Request, the body is not JSON"],
    ["a list", "[]", "Bad Request, the body is not a JSON object"],
    ["null", "null", "Bad Request, the body is not a JSON object"],
    ["without a topic", '{"key":"a","value":"1"}', "Bad Request, topic must be a string"],
    ["with a number key", '{"topic":"orders","key":1}', "Bad Request, key must be a string"],
    ["with a null key", '{"topic":"orders","key":null}', "Bad Request, key must be a string"],
    ["without a value", '{"topic":"orders","key":"a"}', "Bad Request, value must be a string"],
    [
      "with an object as value",
      '{"topic":"orders","key":"a","value":{}}',
      "Bad Request, value must be a string",
    ],
  ] as const)("a body with %s is refused by name", async ([, body, detail]) => {
    const emulator = await startWorld();

    const response = await emulator.post("/api/produce", body, signedHeaders);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ status: "400", detail });
  });

  test("a body that is not UTF-8 is refused", async () => {
    const emulator = await startWorld();

    const response = await rawRequest({
      port: emulator.port,
      method: "POST",
      path: "/api/produce",
      headers: signedHeaders,
      body: Buffer.from('{"topic":"orders","key":"\xff","value":""}', "latin1"),
    });

    expect(response).toEqual({
      status: 400,
      body: '{"status":"400","detail":"Bad Request, the body is not UTF-8"}',
    });
  });

  test("a body of 1 MiB is accepted, and one byte more is too large", async () => {
    const emulator = await startWorld();
    const around = JSON.stringify({ ...message, value: "" }).length;
    const value = "x".repeat(1_048_576 - around);

    const fits = await emulator.produce({ ...message, value });
    const larger = await emulator.produce({ ...message, value: `${value}x` });

    expect(fits.status).toBe(200);
    expect(larger.status).toBe(413);
    expect(await larger.json()).toEqual(
      gatewayBody("430", "Request Entity Too Large", "The body is larger than 1048576 bytes."),
    );
  });

  test("only key and value count where the options say so, however JSON escapes them", async () => {
    const emulator = await startWorld({ countedSize: "message" });
    // A control character is one byte, and six in JSON.
    const value = "\u0001".repeat(1_048_576 - Buffer.byteLength(message.key));

    const fits = await emulator.produce({ ...message, value });
    const larger = await emulator.produce({ ...message, value: `${value}x` });

    expect(fits.status).toBe(200);
    expect(larger.status).toBe(413);
    expect(await larger.json()).toEqual(
      gatewayBody(
        "430",
        "Request Entity Too Large",
        "The key and value are larger than 1048576 bytes.",
      ),
    );
  });

  test("a message for an unknown topic gets 404", async () => {
    const emulator = await startWorld();

    const response = await emulator.produce({ ...message, topic: "toString" });

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual(
      gatewayBody("300", "Not Found Exception", "The topic is unknown."),
    );
  });

  test.for([3, -1, 0.5, null, "0", true, [0], 1e300])(
    "a message with partition %j is refused",
    async (partition) => {
      const emulator = await startWorld();

      const response = await emulator.produce({ ...message, partition });

      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        status: "400",
        detail: "Bad Request, Invalid topic partition",
      });
    },
  );
});

describe("the paths and methods", () => {
  test("a request to another path gets 404", async () => {
    const emulator = await startWorld();

    const response = await emulator.post("/api/produce/", "{}", signedHeaders);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual(
      gatewayBody("300", "Not Found Exception", "No such path."),
    );
  });

  test("a request with another method gets 405", async () => {
    const emulator = await startWorld();

    const response = await fetch(`${emulator.origin}/api/produce`);

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(await response.json()).toEqual({ status: "405", detail: "Method Not Allowed" });
  });
});

describe("the request log", () => {
  test("the log shows verdicts, newest first, and keeps a bounded number", async () => {
    const emulator = await startWorld({ requestsMax: 2 });
    await emulator.produce({ ...message, key: "first" });
    await emulator.produce({ ...message, partition: 9 });

    await emulator.produce(message);

    expect(await emulator.get("/_/requests")).toEqual({
      faultsOn: false,
      requests: [
        {
          id: "3",
          at: 1_700_000_000_000,
          method: "POST",
          path: "/api/produce",
          status: 200,
          verdict: "accepted",
          topic: "orders",
          partition: 0,
          offset: 1,
        },
        {
          id: "2",
          at: 1_700_000_000_000,
          method: "POST",
          path: "/api/produce",
          status: 400,
          verdict: "refused",
          reason: "partition must be an integer from 0 to 2, or absent",
          fix: "Send a number from 0 to 2 as partition, or leave it out.",
        },
      ],
    });
  });

  test("the log holds neither a secret nor a signature", async () => {
    const emulator = await startWorld();

    await emulator.produce(message);
    await emulator.produce(message, { ...signedHeaders, "x-ncp-iam-access-key": secretKey });

    const said = JSON.stringify(await emulator.get("/_/requests"));
    expect(said).not.toContain(secretKey);
    expect(said).not.toContain("QOuSeOcbJW");
  });
});

describe("the options", () => {
  test.for([
    [{ topics: {} }, "topics must name 1 to 100 topics"],
    [{ topics: { Orders: 1 } }, 'topic name "Orders": 1 to 200 lowercase letters, digits, hyphens'],
    [{ topics: { orders: 17 } }, "topic orders: the partition count must be from 1 to 16"],
  ] as const)("the options %j are refused", async ([options, problem]) => {
    await expect(startWorld(options)).rejects.toThrow(problem);
  });

  test("a port in use is refused", async () => {
    const { port } = await startWorld();

    await expect(startWorld({ port })).rejects.toThrow("EADDRINUSE");
  });
});
