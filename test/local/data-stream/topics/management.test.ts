import { describe, expect, test } from "vitest";
import type { World } from "../../harness.ts";
import { accessKey, clockMs, rawRequest, sign, signedHeaders, startWorld } from "../../harness.ts";

function headersFor(text: string) {
  return {
    ...signedHeaders,
    "x-ncp-apigw-signature-v2": sign(`${text}\n1700000000000\n${accessKey}`).toString("base64"),
  };
}

function ask(emulator: World, target: string) {
  return fetch(`${emulator.origin}${target}`, { headers: headersFor(`GET ${target}`) });
}

async function names(emulator: World, query: string): Promise<readonly string[]> {
  const response = await ask(emulator, `/api/v1/topics${query}`);
  const { list } = (await response.json()) as { list: { topicName: string }[] };
  return list.map(({ topicName }) => topicName);
}

type NewerList = { topics: { topicId: string; topicName: string }[] };

const topics = { "h4j6l-ds001": 3, "h4j6l-alerts": 1, "h4j6l-zoo": 2 };

describe("GET /api/v1/topic-prefix", () => {
  test("the response has the prefix that all topics share, in the form of the page's example", async () => {
    const emulator = await startWorld({ topics });

    const response = await ask(emulator, "/api/v1/topic-prefix");

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("date")).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
    expect(await response.json()).toEqual({ prefix: "h4j6l-" });
  });

  test("the prefix is empty when the topics share none, which an account never has", async () => {
    const emulator = await startWorld({ topics: { "h4j6l-ds001": 1, orders: 1 } });

    expect(await (await ask(emulator, "/api/v1/topic-prefix")).json()).toEqual({ prefix: "" });
  });
});

describe("GET /api/v1/topics", () => {
  test("the response has the retention of each topic", async () => {
    const hour = { partitions: 2, retentionMs: 3_600_000 };
    const emulator = await startWorld({ topics: { "h4j6l-short": hour, "h4j6l-usual": 1 } });

    const { list } = (await (await ask(emulator, "/api/v1/topics?descending=false")).json()) as {
      list: object[];
    };

    expect(list).toMatchObject([
      { topicName: "h4j6l-short", partitions: 2, retentionMs: 3_600_000 },
      { topicName: "h4j6l-usual", partitions: 1, retentionMs: 86_400_000 },
    ]);
  });

  test("the response has every field that the page's table lists", async () => {
    const emulator = await startWorld({ topics: { "h4j6l-ds001": 3 } });

    const response = await ask(emulator, "/api/v1/topics");

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      list: [
        {
          topicId: expect.stringMatching(/^[A-Za-z0-9]{10}$/),
          topicName: "h4j6l-ds001",
          description: "",
          partitions: 3,
          retentionMs: 86_400_000,
          pinned: false,
          status: "CREATED",
          tcpEndpoint: "cluster-1.datastream.invalid:30010",
          createdDate: "2023-11-14T22:13:20Z",
        },
      ],
    });
  });

  test.for([
    ["", ["h4j6l-zoo", "h4j6l-alerts", "h4j6l-ds001"]],
    ["?descending=false", ["h4j6l-ds001", "h4j6l-alerts", "h4j6l-zoo"]],
    ["?sortBy=createdDate&descending=true", ["h4j6l-zoo", "h4j6l-alerts", "h4j6l-ds001"]],
    ["?sortBy=topicName", ["h4j6l-zoo", "h4j6l-ds001", "h4j6l-alerts"]],
    ["?sortBy=topicName&descending=false", ["h4j6l-alerts", "h4j6l-ds001", "h4j6l-zoo"]],
    ["?searchText=s", ["h4j6l-alerts", "h4j6l-ds001"]],
    ["?searchText=%64s0", ["h4j6l-ds001"]],
    ["?searchText=nothing", []],
    ["?unknown=1", ["h4j6l-zoo", "h4j6l-alerts", "h4j6l-ds001"]],
  ] as const)("the query %j lists %j", async ([query, expected]) => {
    const emulator = await startWorld({ topics });

    expect(await names(emulator, query)).toEqual(expected);
  });

  test.for([
    ["sortBy=partitions", "sortBy must be createdDate or topicName"],
    ["descending=yes", "descending must be true or false"],
  ] as const)("the query %s is refused", async ([query, details]) => {
    const emulator = await startWorld({ topics });

    const response = await ask(emulator, `/api/v1/topics?${query}`);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { errorCode: "100", message: "Bad Request Exception", details },
    });
    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [{ reason: details, fix: `Correct the query: ${details}.` }],
    });
  });
});

describe("the form of the pages of 24 November 2026", () => {
  const newer = { topicList: "topics" } as const;

  test("the list and one topic have the fields that the newer pages name", async () => {
    const emulator = await startWorld({ ...newer, topics: { "h4j6l-ds001": 3 } });
    const topic = {
      topicId: expect.stringMatching(/^[A-Za-z0-9]{10}$/),
      topicName: "h4j6l-ds001",
      description: null,
      partitions: 3,
      retentionMilliseconds: 86_400_000,
      pinned: false,
      status: "CREATED",
    };

    const listed = (await (await ask(emulator, "/api/v1/topics")).json()) as NewerList;
    const one = await ask(emulator, `/api/v1/topics/${listed.topics[0]?.topicId}`);

    expect(listed).toEqual({ topics: [topic] });
    expect(await one.json()).toEqual(topic);
    expect(await (await ask(emulator, "/api/v1/topic-prefix")).json()).toEqual({
      prefix: "h4j6l-",
    });
  });

  test.for([
    ["", ["h4j6l-zoo", "h4j6l-alerts", "h4j6l-ds001"]],
    ["?sort=createdDateTime,asc", ["h4j6l-ds001", "h4j6l-alerts", "h4j6l-zoo"]],
    ["?sort=topicName,desc", ["h4j6l-zoo", "h4j6l-ds001", "h4j6l-alerts"]],
    ["?sort=topicName,asc&searchText=s", ["h4j6l-alerts", "h4j6l-ds001"]],
  ] as const)("the query %j lists %j", async ([query, expected]) => {
    const emulator = await startWorld({ ...newer, topics });

    const listed = (await (await ask(emulator, `/api/v1/topics${query}`)).json()) as NewerList;

    expect(listed.topics.map(({ topicName }) => topicName)).toEqual(expected);
  });

  test("another sort is refused", async () => {
    const emulator = await startWorld({ ...newer, topics });

    expect((await ask(emulator, "/api/v1/topics?sort=partitions,asc")).status).toBe(400);
  });
});

describe("GET /api/v1/topics/{topicId}", () => {
  test("one topic has every field that its page's table lists", async () => {
    const emulator = await startWorld({ topics });
    const listed = await (await ask(emulator, "/api/v1/topics?searchText=zoo")).json();
    const { topicId } = (listed as { list: { topicId: string }[] }).list[0] ?? { topicId: "" };

    const response = await ask(emulator, `/api/v1/topics/${topicId}`);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      topicId,
      topicName: "h4j6l-zoo",
      description: "",
      partitions: 2,
      retentionMs: 86_400_000,
      status: "CREATED",
      tcpEndpoint: "cluster-1.datastream.invalid:30010",
      createdDate: "2023-11-14T22:13:20Z",
      updatedDate: "2023-11-14T22:13:20Z",
    });
  });

  test("a topic has the same id after every start", async () => {
    const first = await startWorld({ topics });
    const second = await startWorld({ topics: { "h4j6l-zoo": 5 }, now: () => clockMs + 1000 });
    const idOf = async (emulator: World) => {
      const listed = await (await ask(emulator, "/api/v1/topics?searchText=zoo")).json();
      return (listed as { list: { topicId: string }[] }).list[0]?.topicId;
    };

    expect(await idOf(second)).toBe(await idOf(first));
  });

  test.for(["h4j6l-zoo", "__proto__", "%00"])("the topicId %s gets 404", async (topicId) => {
    const emulator = await startWorld({ topics });

    const response = await ask(emulator, `/api/v1/topics/${topicId}`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: {
        errorCode: "300",
        message: "Not Found Exception",
        details: "The topic is unknown.",
      },
    });
  });
});

describe("the management API", () => {
  test("the signature covers path and query, as it does for produce", async () => {
    const emulator = await startWorld({ topics });
    const target = "/api/v1/topics?sortBy=topicName";

    const response = await fetch(`${emulator.origin}${target}`, {
      headers: headersFor("GET /api/v1/topics"),
    });

    expect(response.status).toBe(401);
    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [
        {
          verdict: "refused",
          path: target,
          diagnosis: {
            expectedStringToSign: `GET ${target}\n1700000000000\n${accessKey}`,
            likelyMistake: "The query was left out.",
          },
        },
      ],
    });
  });

  test("a signed POST instead of GET and the real API's host are diagnosed", async () => {
    const emulator = await startWorld({ topics });
    for (const text of [
      "POST /api/v1/topics",
      "GET https://datastream.apigw.ntruss.com/api/v1/topics",
    ]) {
      await fetch(`${emulator.origin}/api/v1/topics`, { headers: headersFor(text) });
    }

    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [
        { diagnosis: { likelyMistake: "The full URL was signed." } },
        {
          diagnosis: {
            likelyMistake: "Another method was signed: POST.",
            fix: "Sign the method that is sent, in upper case: GET.",
          },
        },
      ],
    });
  });

  test("a missing header gets the gateway's form", async () => {
    const emulator = await startWorld({ topics });

    const response = await fetch(`${emulator.origin}/api/v1/topics`);

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: {
        errorCode: "200",
        message: "Authentication Failed",
        details: "A signature header is missing.",
      },
    });
  });

  test.for([
    ["POST", "/api/v1/topics"],
    ["DELETE", "/api/v1/topics/abc"],
    ["PUT", "/api/v1/topics/abc"],
    ["HEAD", "/api/v1/topic-prefix"],
  ] as const)("the method %s of %s is not allowed", async ([method, path]) => {
    const emulator = await startWorld({ topics });

    const response = await fetch(`${emulator.origin}${path}`, {
      method,
      headers: headersFor(`${method} ${path}`),
    });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
  });

  test.for(["/api/v1/topics/", "/api/v1/topics/a/connectors", "/api/v1/topic-prefix/", "/api/v1"])(
    "the path %s does not exist here",
    async (path) => {
      const emulator = await startWorld({ topics });

      expect((await ask(emulator, path)).status).toBe(404);
    },
  );

  test("foreign hosts are refused, and faults do not apply", async () => {
    const emulator = await startWorld({ topics });
    await emulator.setFaults({ steps: [{ status: 500 }] });
    const path = "/api/v1/topics";

    const foreign = await rawRequest({
      port: emulator.port,
      path,
      headers: { ...headersFor(`GET ${path}`), host: "evil.example" },
    });

    expect(foreign.status).toBe(403);
    expect((await ask(emulator, path)).status).toBe(200);
    expect(await emulator.get("/_/faults")).toMatchObject({ on: true });
  });
});
