import type { Socket } from "node:net";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test, vi } from "vitest";
import { startObjectStorage } from "../../../local/object-storage/server.ts";
import { bucket, pathOf, sendRaw, startStorageWorld } from "./harness.ts";

const nothingStored = { objects: [] };

describe("a scripted fault", () => {
  test("a scripted fault applies as often as it says, in order and without storing", async () => {
    const storage = await startStorageWorld();
    await storage.setFaults({ steps: [{ times: 2, status: 503 }, { status: 500 }] });

    const replies = [
      await storage.put("a", "1"),
      await storage.put("a", "2"),
      await storage.put("a", "3"),
    ];

    expect(replies.map(({ status, code }) => [status, code])).toEqual([
      [503, "SlowDown"],
      [503, "SlowDown"],
      [500, "InternalError"],
    ]);
    expect(await storage.control("/_/objects")).toEqual(nothingStored);
    expect(storage.events).toEqual([]);
    expect((await storage.put("a", "4")).status).toBe(200);
  });

  test("a scripted fault waits for its method", async () => {
    const storage = await startStorageWorld();
    await storage.setFaults({ steps: [{ method: "GET", status: 404 }] });

    const put = await storage.put("a", "1");
    const first = await storage.get("a");
    const second = await storage.get("a");

    expect(put.status).toBe(200);
    expect(first).toMatchObject({ status: 404, code: "NoSuchKey" });
    expect(second).toMatchObject({ status: 200, text: "1" });
  });

  test("a scripted fault cuts the connection before or after an object is stored", async () => {
    const storage = await startStorageWorld();
    await storage.setFaults({ steps: [{ cut: "before" }, { cut: "after" }] });

    const before = await storage.put("before", "1");
    const after = await storage.put("after", "1");

    expect(before).toMatchObject({ status: 0, error: "ECONNRESET" });
    expect(after).toMatchObject({ status: 0, error: "ECONNRESET" });
    expect(await storage.control("/_/objects")).toMatchObject({ objects: [{ key: "after" }] });
    expect(storage.events.map(({ ncloud }) => ncloud.object_name)).toEqual(["after"]);
  });

  test("a scripted fault delays a response", async () => {
    const storage = await startStorageWorld();
    await storage.setFaults({ steps: [{ delayMs: 300 }] });
    const startMs = performance.now();

    const reply = await storage.put("a", "1");

    expect(reply.status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(290);
  });

  test("many delayed responses at once are no warning of Node.js", async () => {
    const warnings = vi.spyOn(process, "emitWarning").mockReturnValue();
    const storage = await startStorageWorld();
    await storage.setFaults({ steps: [{ times: 12, delayMs: 300 }] });

    const names = Array.from({ length: 12 }, (_, index) => `a${index}`);
    const replies = await Promise.all(names.map((name) => storage.put(name, "1")));

    expect(replies.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect(warnings).not.toHaveBeenCalled();
  });

  test("a delay does not hold up the end of the emulator", async () => {
    const storage = await startStorageWorld();
    await storage.setFaults({ steps: [{ delayMs: 60_000 }] });
    const pending = storage.put("a", "1");
    await expect.poll(() => storage.control("/_/faults")).toEqual({ steps: [] });

    await storage.close();

    expect(await pending).toMatchObject({ status: 0 });
  });

  test("the official client retries a scripted fault and then gets its response", async () => {
    const storage = await startStorageWorld();
    const client = storage.client({ maxAttempts: 3 });
    await storage.setFaults({ steps: [{ status: 503 }, { cut: "after" }] });

    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "1" }));
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: "a" }));

    expect(await got.Body?.transformToString()).toBe("1");
    expect(await storage.control("/_/faults")).toEqual({ steps: [] });
  });

  test("a scripted fault is shown until it is used up, and removed by DELETE", async () => {
    const storage = await startStorageWorld();
    await storage.setFaults({ steps: [{ times: 3, method: "PUT", status: 503, delayMs: 1 }] });
    await storage.put("a", "1");

    const shown = await storage.control("/_/faults");
    const gone = await fetch(`${storage.origin}/_/faults`, { method: "DELETE" });

    expect(shown).toEqual({ steps: [{ times: 2, method: "PUT", status: 503, delayMs: 1 }] });
    expect(gone.status).toBe(204);
    expect(await storage.control("/_/faults")).toEqual({ steps: [] });
  });

  test.for([
    [[], "the script must be an object"],
    [{ rate: 1 }, 'the script has an unknown field "rate"; known: steps'],
    [{}, "steps must be a list of at most 100"],
    [
      { steps: [{ time: 1 }] },
      'steps[0] has an unknown field "time"; known: times, method, status, delayMs, cut',
    ],
    [{ steps: [{ times: 0 }] }, "steps[0].times must be an integer from 1 to 1000000"],
    [{ steps: [{ status: 199 }] }, "steps[0].status must be an integer from 200 to 599"],
    [{ steps: [{ delayMs: 60_001 }] }, "steps[0].delayMs must be an integer from 0 to 60000"],
    [{ steps: [{ method: "get" }] }, "steps[0].method must be one of GET, HEAD, PUT, DELETE, POST"],
    [{ steps: [{ cut: "during" }] }, "steps[0].cut must be one of before, after"],
    [
      { steps: [{ status: 500, cut: "after" }] },
      "steps[0] has both status and cut: a cut request gets no response",
    ],
  ] as const)("a fault script of %j is refused by name", async ([script, error]) => {
    const storage = await startStorageWorld();

    const reply = await storage.setFaults(script);

    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({ error });
  });
});

describe("the control API", () => {
  test("objects are listed with their sizes, for all buckets, one bucket or a prefix", async () => {
    const nowMs = Date.parse("2026-01-02T03:04:05.678Z");
    const storage = await startStorageWorld({ now: () => nowMs });
    await storage.put("a/1", "1");
    await storage.put("b/서울", "22");
    await storage.send({ method: "PUT", path: pathOf("a/2", "other"), body: "333" });

    const lastModified = "2026-01-02T03:04:05.678Z";
    const one = { bucket, key: "a/1", size: 1, lastModified };
    const two = { bucket, key: "b/서울", size: 2, lastModified };
    const three = { bucket: "other", key: "a/2", size: 3, lastModified };
    expect(await storage.control("/_/objects")).toEqual({ objects: [one, two, three] });
    expect(await storage.control("/_/objects?prefix=a/")).toEqual({ objects: [one, three] });
    expect(await storage.control(`/_/objects?bucket=${bucket}&prefix=b`)).toEqual({
      objects: [two],
    });
  });

  test.for([
    ["GET", "/_/objects?bucket=unknown", 404],
    ["GET", "/_/objects?buckets=a", 400],
    ["PUT", "/_/objects", 405],
    ["GET", "/_/nothing", 404],
    ["POST", "/_/faults", 400],
  ] as const)("the control API responds to %s %s with %d", async ([method, path, status]) => {
    const { origin } = await startStorageWorld();

    expect((await fetch(`${origin}${path}`, { method })).status).toBe(status);
  });
});

describe("a foreign page or name", () => {
  test.for([
    [{ host: "evil.example" }],
    [{ host: "examplebucket.s3.amazonaws.com" }],
    [{ origin: "http://evil.example" }],
    [{ origin: "null" }],
    [{ "sec-fetch-site": "cross-site" }],
  ] as const)("a request with %j is refused everywhere", async ([headers]) => {
    const storage = await startStorageWorld();

    const replies = await Promise.all([
      sendRaw({ port: storage.port, method: "GET", path: "/_/objects", headers }),
      sendRaw({ port: storage.port, method: "DELETE", path: "/_/faults", headers }),
      storage.send({ method: "PUT", path: pathOf("a"), headers, body: "a" }),
    ]);

    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await storage.control("/_/objects")).toEqual(nothingStored);
  });

  test("an object does not run in a browser", async () => {
    const storage = await startStorageWorld();
    await storage.send({
      method: "PUT",
      path: pathOf("page.html"),
      headers: { "content-type": "text/html" },
      body: "<script>1</script>",
    });

    const { headers } = await storage.get("page.html");

    expect(headers).toMatchObject({
      "content-security-policy": "default-src 'none'; sandbox",
      "content-type": "text/html",
      "x-content-type-options": "nosniff",
    });
  });
});

describe("a limit", () => {
  test("the size limit of an object is exact, however the body is framed", async () => {
    const storage = await startStorageWorld({ objectBytesMax: 10 });
    const ask = { method: "PUT", path: pathOf("a") };
    const framed = (body: string, length: number) => ({
      ...ask,
      headers: {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": String(length),
      },
      body,
    });

    expect(await storage.send({ ...ask, body: "0123456789" })).toMatchObject({ status: 200 });
    expect(await storage.send(framed("a\r\n0123456789\r\n0\r\n\r\n", 10))).toMatchObject({
      status: 200,
    });
    for (const reply of [
      await storage.send({ ...ask, body: "0123456789+" }),
      await storage.send(framed("b\r\n0123456789+\r\n0\r\n\r\n", 11)),
    ]) {
      expect(reply).toMatchObject({ status: 400, code: "EntityTooLarge" });
    }
    expect((await storage.get("a")).text).toBe("0123456789");
  });

  test("an object may have 64 MiB by default, and a larger one gets its response", async () => {
    const storage = await startStorageWorld();
    const most = Buffer.alloc(64 * 1024 * 1024, "a");

    const stored = await storage.put("most", most);
    const refused = await storage.put("more", Buffer.concat([most, Buffer.from("a")]));

    expect(stored.status).toBe(200);
    expect(refused).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect((await storage.get("most")).bytes.equals(most)).toBe(true);
  });

  test("the limit of objects refuses one more, keeps the others, and lets one be replaced", async () => {
    const storage = await startStorageWorld({ objectsMax: 2 });
    await storage.put("a", "1");
    await storage.put("b", "1");

    const refused = await storage.put("c", "1");
    const replaced = await storage.put("a", "2");
    await storage.send({ method: "DELETE", path: pathOf("b") });
    const stored = await storage.put("c", "1");

    expect(refused).toMatchObject({ status: 507, code: "InsufficientStorage" });
    expect([replaced.status, stored.status]).toEqual([200, 200]);
    expect(await storage.control("/_/objects")).toMatchObject({
      objects: [{ key: "a" }, { key: "c" }],
    });
  });

  test("the limit of all bytes refuses an object beyond it, and deleting frees space", async () => {
    const storage = await startStorageWorld({ storedBytesMax: 3000 });
    const kilobyte = "k".repeat(1000);
    await storage.put("a", kilobyte);

    const refused = await storage.put("b", kilobyte.repeat(2));
    await storage.send({ method: "DELETE", path: pathOf("a") });
    const stored = await storage.put("b", kilobyte.repeat(2));
    const replaced = await storage.put("b", kilobyte.repeat(2));

    expect(refused).toMatchObject({ status: 507, code: "InsufficientStorage" });
    expect([stored.status, replaced.status]).toEqual([200, 200]);
  });

  test("a key has at most 1024 bytes of UTF-8", async () => {
    const storage = await startStorageWorld();

    expect((await storage.put("한".repeat(341), "1")).status).toBe(200);
    expect(await storage.put("한".repeat(342), "1")).toMatchObject({
      status: 400,
      code: "KeyTooLongError",
    });
  });

  test("a body without a length is refused", async () => {
    const storage = await startStorageWorld();
    const headers = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const unsigned = { "transfer-encoding": "chunked" };

    const reply = await storage.send({
      method: "PUT",
      path: pathOf("a"),
      headers,
      unsigned,
      body: "a",
    });

    expect(reply).toMatchObject({ status: 411, code: "MissingContentLength" });
  });
});

test.for(["ab", "Upper", "_", "a/b", "-ab", "a".repeat(64)])(
  "a bucket cannot be named %s",
  async (name) => {
    await expect(startObjectStorage({ port: 0, buckets: [name], accessKeys: {} })).rejects.toThrow(
      "3 to 63 lowercase letters, digits, dots, hyphens",
    );
  },
);

test("at most 256 MiB of bodies are read at one time, and further requests get SlowDown", async () => {
  const storage = await startStorageWorld();
  const announced = Array.from({ length: 4 }, () => announceBody(storage.port, 64 * 1024 * 1024));
  await expect.poll(async () => (await storage.put("a", "1")).code).toBe("SlowDown");

  for (const socket of announced) {
    socket.destroy();
  }
  await expect.poll(async () => (await storage.put("a", "1")).status).toBe(200);
});

/** Sends the headers of a PUT whose body never arrives. */
function announceBody(port: number, bytes: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    `PUT /${bucket}/a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  return socket;
}
