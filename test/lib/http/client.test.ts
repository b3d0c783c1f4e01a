import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer as createNetServer, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { createIdentity, listen, requester, serveRaw } from "../../support/loopback.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

const causes: Readonly<Record<string, string>> = { ETIMEDOUT: "timeout", EPROTO: "protocol" };

function failed(sent: "never" | "unknown", code: string, staleSocket = false) {
  const cause = causes[code] ?? "connection";
  return { kind: "noResponse", sent, cause, code, staleSocket };
}

describe("a response", () => {
  test("the response is read with status, headers and body after the request was sent unchanged", async () => {
    const { send, seen } = await serveRaw((socket) => socket.write(ok.replace("200 OK", "429 X")));

    const answer = await send({ headers: ["host", "a.example", "X-Case", "1"], body: "" });

    expect(answer).toEqual({
      kind: "response",
      status: 429,
      headers: { "content-length": "2" },
      body: "ok",
      truncated: false,
    });
    expect(seen.requests).toEqual([
      "POST /api/produce HTTP/1.1\r\nhost: a.example\r\nX-Case: 1\r\n" +
        "accept-encoding: identity\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n",
    ]);
  });

  test("requests that share their headers have the method, path and length of their own", async () => {
    const { send, seen, url } = await serveRaw((socket) => socket.write(ok));
    const headers = ["host", "a.example"];

    await send({ headers, body: "12" });
    await send({ headers, body: "" });
    await send({ headers, body: "", url: new URL("/other?a=1", url) });
    await send({ headers, body: "", method: "PUT" });

    expect(
      seen.requests.map((text) => [text.split(" HTTP/")[0], /length: (\d+)/.exec(text)?.[1]]),
    ).toEqual([
      ["POST /api/produce", "2"],
      ["POST /api/produce", "0"],
      ["POST /other?a=1", "0"],
      ["PUT /api/produce", "0"],
    ]);
  });

  test.for([
    [65_536, 65_536, false],
    [65_537, 65_536, true],
    [1_000_000, 65_536, true],
  ] as const)("a response of %i bytes is read up to %i", async ([bytes, read, truncated]) => {
    const server = createHttpServer((_, response) => response.end("x".repeat(bytes)));
    const { send } = requester(`http://127.0.0.1:${await listen(server)}/`);

    expect(await send()).toMatchObject({ status: 200, body: "x".repeat(read), truncated });
  });

  test("responses that arrive in interleaved pieces are not mixed", async () => {
    const waiting: Socket[] = [];
    const { send } = await serveRaw((socket, count) => {
      if (count === 1) {
        waiting.push(socket);
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
      } else {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nthe second");
      }
    });

    const first = send();
    await expect.poll(() => waiting).toHaveLength(1);
    const second = await send();
    waiting[0]?.write(" half");

    expect(second).toMatchObject({ body: "the second" });
    expect(await first).toMatchObject({ body: "first half" });
  });

  test("a finished exchange leaves no timer behind", async () => {
    const { send } = await serveRaw((socket) => socket.write(ok));
    const [set, clear] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];

    await send();

    const timers = set.mock.results.map(({ value }) => [value]);
    expect(timers).toHaveLength(1);
    expect(clear.mock.calls).toEqual(timers);
  });

  test("a response that a proxy has encoded unasked is decoded", async () => {
    const server = createHttpServer((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync('{"status":"200","detail":"OK"}'));
    });
    const { send } = requester(`http://127.0.0.1:${await listen(server)}/`);

    expect(await send()).toMatchObject({ status: 200, body: '{"status":"200","detail":"OK"}' });
  });

  test("a redirect is not followed", async () => {
    const { send, seen } = await serveRaw((socket) =>
      socket.write("HTTP/1.1 307 X\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"),
    );

    expect(await send()).toMatchObject({ kind: "response", status: 307, body: "" });
    expect(seen.requests).toHaveLength(1);
  });
});

describe("a missing response", () => {
  test("a port without a listener gives a request that was never sent", async () => {
    const server = createNetServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));

    const answer = await requester(`http://127.0.0.1:${port}/`).send();

    expect(answer).toEqual(failed("never", "ECONNREFUSED"));
  });

  test("a header that cannot be sent gives no response", async () => {
    const { send, seen } = await serveRaw((socket) => socket.write(ok));

    const answer = await send({ headers: ["x-ncp-iam-access-key", "열쇠"] });

    expect(answer).toEqual(failed("never", "ERR_INVALID_CHAR"));
    expect(seen.requests).toEqual([]);
  });

  const partial = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}";
  const trickle = (socket: Socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n");
    const timer = setInterval(() => socket.write("x"), 20);
    socket.on("close", () => clearInterval(timer));
  };
  const resetWithin = (socket: Socket) =>
    socket.write(partial, () => setTimeout(() => socket.resetAndDestroy(), 20));
  test.for<[string, string, (socket: Socket) => void]>([
    ["silence", "ETIMEDOUT", () => undefined],
    ["a status line without its body", "ETIMEDOUT", (socket) => socket.write(partial)],
    ["a body that trickles on", "ETIMEDOUT", trickle],
    ["a reset before a byte", "ECONNRESET", (socket) => socket.resetAndDestroy()],
    ["a reset within the body", "ECONNRESET", resetWithin],
    ["an end within the body", "ECONNRESET", (socket) => socket.end(partial)],
    ["bytes that are not HTTP", "EPROTO", (socket) => socket.end("ready\r\n\r\n")],
    ["a TLS alert", "EPROTO", (socket) => socket.end("\x15\x03\x03\0\x02\x02F")],
    ["HTTP/2 that stays open", "EPROTO", (socket) => socket.write("\0\0\x12\x04\0\0\0\0\0")],
    ["lines that end in LF", "EPROTO", (socket) => socket.write("HTTP/1.1 200 OK\n\n")],
    [
      "a switch of protocols",
      "EPROTO",
      (socket) => socket.write("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    ],
  ])("%s gives no response (%s), and the outcome is unknown", async ([, code, onRequest]) => {
    const { send } = await serveRaw(onRequest);

    expect(await send({ timeoutMs: 200 })).toEqual(failed("unknown", code));
  });
});

describe("a kept-alive socket", () => {
  test("a socket gathers no listeners, however often it is used", async () => {
    const { send, seen } = await serveRaw((socket) => socket.write(ok));
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);

    for (let count = 0; count < 25; count += 1) {
      await send();
    }
    // Warnings are emitted in a later turn.
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off("warning", note);

    expect(seen.connections).toBe(1);
    expect(warnings).toEqual([]);
  });

  test.for([
    [3_999, 1],
    [4_000, 2],
    [600_000, 2],
  ] as const)(
    "a socket that is idle for %i ms makes %i connections of two requests",
    async ([idleMs, count]) => {
      const { send, seen, clock } = await serveRaw((socket) => socket.write(ok));

      await send();
      clock.nowMs += idleMs;
      const second = await send();

      expect(second).toMatchObject({ kind: "response", body: "ok" });
      expect(seen.connections).toBe(count);
    },
  );

  test.for([
    [59_999, 1],
    [60_000, 2],
  ] as const)(
    "a socket of %i ms makes %i connections of the requests since",
    async ([ageMs, count]) => {
      const { send, seen, clock } = await serveRaw((socket) => socket.write(ok));

      await send();
      while (clock.nowMs < ageMs) {
        clock.nowMs = Math.min(ageMs, clock.nowMs + 3_000);
        await send();
      }

      expect(seen.connections).toBe(count);
    },
  );

  test("a socket that grows too old in use is used to the end and not again", async () => {
    const waiting: Socket[] = [];
    const { send, seen, clock } = await serveRaw((socket, count) =>
      count === 1 ? waiting.push(socket) : socket.write(ok),
    );

    const first = send();
    await expect.poll(() => waiting).toHaveLength(1);
    clock.nowMs += 60_000;
    waiting[0]?.write(ok);

    expect([await first, await send()]).toMatchObject([{ body: "ok" }, { body: "ok" }]);
    expect(seen.connections).toBe(2);
  });

  test("the idle time of a socket counts from its last response", async () => {
    const { send, seen, clock } = await serveRaw((socket) => socket.write(ok));

    for (let request = 0; request < 4; request += 1) {
      await send();
      clock.nowMs += 3_000;
    }

    expect(seen.connections).toBe(1);
  });

  test.for<[string, boolean, (socket: Socket) => void]>([
    ["before a byte of the answer is stale", true, (socket) => socket.resetAndDestroy()],
    ["in order before a byte of the answer is stale", true, (socket) => socket.end()],
    ["within an answer is not", false, (socket) => socket.end(ok.slice(0, -1))],
    [
      "by a reset within an answer is not",
      false,
      (socket) =>
        // The client has read it one turn of the event loop later.
        socket.write(ok.slice(0, -1), () =>
          setImmediate(setImmediate, () => socket.resetAndDestroy()),
        ),
    ],
  ])("a socket closed %s", async ([, stale, onSecond]) => {
    const { send, seen } = await serveRaw((socket, count) =>
      count === 1 ? socket.write(ok) : onSecond(socket),
    );

    await send();
    const second = await send();

    expect(seen.connections).toBe(1);
    expect(second).toEqual(failed("unknown", "ECONNRESET", stale));
  });

  test("a socket that stays silent is not stale", async () => {
    const { send, seen } = await serveRaw((socket, count) => count === 1 && socket.write(ok));

    await send();
    const second = await send({ timeoutMs: 100 });

    expect(seen.connections).toBe(1);
    expect(second).toEqual(failed("unknown", "ETIMEDOUT"));
  });

  test("a socket is used for its own origin only, and kept during requests to others", async () => {
    const { send, seen } = await serveRaw((socket) => socket.write(ok));
    const server = createHttpServer((_, response) => response.end("another's"));
    const url = new URL(`http://127.0.0.1:${await listen(server)}/`);

    const answers = [await send(), await send({ url }), await send(), await send({ url })];

    expect(answers).toMatchObject([
      { body: "ok" },
      { body: "another's" },
      { body: "ok" },
      { body: "another's" },
    ]);
    expect(seen.connections).toBe(1);
  });

  test("at most 256 sockets are idle", async () => {
    const waiting: Socket[] = [];
    const { send, seen } = await serveRaw((socket) => {
      waiting.push(socket);
      if (waiting.length === 257) {
        for (const one of waiting.splice(0)) {
          one.write(ok);
        }
      }
    });
    const sendAll = () => Promise.all(Array.from({ length: 257 }, () => send()));

    await sendAll();
    expect(seen.connections).toBe(257);
    await sendAll();
    expect(seen.connections).toBe(258);
  });

  test("an idle socket lets the process end, and one in use does not", async () => {
    const countActive = (name: string) =>
      process.getActiveResourcesInfo().filter((one) => one === name).length;
    const countSockets = () => countActive("TCPSocketWrap");
    const asked: number[] = [];
    const { send } = await serveRaw((socket) => {
      asked.push(countActive("Timeout") - timers);
      socket.write(ok);
    });
    // Connections of earlier tests take a turn to close.
    await expect.poll(countSockets).toBe(0);
    const timers = countActive("Timeout");

    await send();
    const idle = { sockets: countSockets(), timers: countActive("Timeout") - timers };
    await send();

    // The timeout of a request keeps the process. The server's end counts as a socket.
    expect({ asked, idle }).toEqual({ asked: [1, 1], idle: { sockets: 1, timers: 0 } });
  });
});

describe("a connection that is not used again", () => {
  const answered =
    (head: string, body = "ok") =>
    (socket: Socket) =>
      socket.write(ok.replace("OK\r\n", `OK\r\n${head}`).replace("ok", body));
  test.for<[string, (socket: Socket) => void]>([
    ["when the answer says so", answered("Connection: close\r\n")],
    ["after bytes behind the answer", answered("", "okHTTP/1.1 200 OK\r\n")],
    [
      "after an answer that only its end ended",
      (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nok"),
    ],
    ["of HTTP/1.0", (socket) => socket.write(ok.replace("1.1", "1.0"))],
  ])("a connection is not used again %s", async ([, onRequest]) => {
    const { send, seen } = await serveRaw(onRequest);

    const answers = [await send(), await send()];

    expect(answers).toMatchObject([{ body: "ok" }, { body: "ok" }]);
    expect(seen.connections).toBe(2);
  });

  test.for<[string, (socket: Socket) => void]>([
    ["bytes", (socket) => socket.write("HTTP/1.1 200 OK\r\n")],
    ["its end", (socket) => socket.end()],
    ["a reset", (socket) => socket.resetAndDestroy()],
  ])("a connection that received %s while it was idle is not used again", async ([, whileIdle]) => {
    const sockets: Socket[] = [];
    const { send, seen } = await serveRaw((socket) => {
      sockets.push(socket);
      socket.write(ok);
    });

    await send();
    const [socket] = sockets;
    const closed = new Promise((resolve) => socket?.once("close", resolve));
    if (socket !== undefined) {
      whileIdle(socket);
    }
    await closed;
    // The client receives it in a later turn.
    await nextTurn();
    await nextTurn();
    const second = await send();

    expect(second).toMatchObject({ kind: "response", body: "ok" });
    expect(seen.connections).toBe(2);
  });

  test("a connection is used again unless it was closed", async () => {
    const closed = vi.fn();
    const { send } = await serveRaw((socket) => {
      socket.once("close", closed);
      answered("Connection: close\r\n")(socket);
    });

    await send();

    await expect.poll(() => closed).toHaveBeenCalledOnce();
  });

  test("a connection whose response was late is not used again, and the response reaches nobody else", async () => {
    const sockets: Socket[] = [];
    const { send, seen } = await serveRaw((socket, count) => {
      sockets.push(socket);
      if (count === 2) {
        sockets[0]?.write(ok.replace("ok", "no"));
        socket.write(ok);
      }
    });

    const answers = [await send({ timeoutMs: 100 }), await send()];

    expect(answers).toMatchObject([{ code: "ETIMEDOUT" }, { body: "ok" }]);
    expect(seen.connections).toBe(2);
  });

  test("a connection whose response came before the whole request was sent is not used again", async () => {
    const seen = { connections: 0 };
    const server = createNetServer((socket) => {
      seen.connections += 1;
      socket.once("data", () => {
        socket.pause();
        socket.write("HTTP/1.1 413 X\r\nContent-Length: 0\r\n\r\n");
      });
    });
    const { send } = requester(`http://127.0.0.1:${await listen(server)}/`);
    const body = new Uint8Array(32 * 1024 * 1024);

    const answers = [await send({ body }), await send({ body })];

    expect(answers).toMatchObject([{ status: 413 }, { status: 413 }]);
    expect(seen.connections).toBe(2);
  });
});

describe("an origin with several backends", () => {
  const sick = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
  /** A load balancer that gives each connection to the next backend, the failing one first. */
  async function serveBalanced(onSick: (socket: Socket) => void, backends = 3) {
    const seen = { connections: 0, atSick: 0, requests: 0 };
    const server = createNetServer((socket) => {
      const isSick = seen.connections % backends === 0;
      seen.connections += 1;
      socket.on("data", () => {
        seen.requests += 1;
        seen.atSick += Number(isSick);
        return isSick ? onSick(socket) : socket.write(ok);
      });
    });
    return { ...requester(`http://127.0.0.1:${await listen(server)}/`), seen };
  }

  test.for<[string, object, (socket: Socket) => void]>([
    ["a 503", { status: 503 }, (socket) => socket.write(sick)],
    ["a 500", { status: 500 }, (socket) => socket.write(sick.replace("503", "500"))],
    ["silence", { code: "ETIMEDOUT" }, () => undefined],
    ["no HTTP", { code: "EPROTO" }, (socket) => socket.write("ready\r\n\r\n")],
  ])("a backend that fails with %s gets one of fifteen attempts", async ([, first, onSick]) => {
    const { send, seen } = await serveBalanced(onSick);

    const answers = [await send({ timeoutMs: 200 })];
    for (let attempt = 2; attempt <= 15; attempt += 1) {
      answers.push(await send());
    }

    expect(answers).toMatchObject([first, ...Array.from({ length: 14 }, () => ({ body: "ok" }))]);
    expect(seen).toEqual({ connections: 2, atSick: 1, requests: 15 });
  });

  test.for<[string, (socket: Socket) => void]>([
    ["with a 503", (socket) => socket.write(sick)],
    ["to answer in time", () => undefined],
    ["to speak HTTP", (socket) => socket.write("ready\r\n\r\n")],
  ])("no connection that was idle or in use is kept when one failed %s", async ([, fail]) => {
    const waiting: Socket[] = [];
    const { send, seen } = await serveRaw((socket, count) => {
      if (count <= 4) {
        waiting.push(socket);
      } else {
        socket.write(ok);
      }
    });
    const sent = [send(), send({ timeoutMs: 1_000 }), send(), send()];
    await expect.poll(() => waiting).toHaveLength(4);
    const [idle, failing, inUse, last] = waiting;

    idle?.write(ok);
    await sent[0];
    if (failing !== undefined) {
      fail(failing);
    }
    await sent[1];
    inUse?.write(ok);
    await sent[2];
    await send();
    expect(seen.connections).toBe(5);
    last?.write(sick);
    await sent[3];
    await send();

    // The second failure is on an earlier connection and does not concern the new one.
    expect(seen.connections).toBe(5);
  });

  test("connections are kept when another cannot be opened or is closed", async () => {
    const { send, seen } = await serveRaw((socket, count) => {
      if (count === 2) {
        socket.resetAndDestroy();
      } else if (count > 2) {
        socket.write(ok);
      } else {
        setTimeout(() => socket.write(ok), 100);
      }
    });

    await Promise.all([send(), send()]);
    await send();

    expect(seen.connections).toBe(2);
  });

  test("a connection is kept after refusals", async () => {
    const { send, seen } = await serveRaw((socket, count) =>
      socket.write(ok.replace("200", count === 1 ? "429" : "404")),
    );

    await send();
    await send();
    await send();

    expect(seen.connections).toBe(1);
  });

  test("connections of other origins are kept", async () => {
    const { send, seen } = await serveRaw((socket) => socket.write(ok));
    const server = createNetServer((socket) => socket.on("data", () => socket.write(sick)));
    const url = new URL(`http://127.0.0.1:${await listen(server)}/`);

    await send();
    await send({ url });
    await send();

    expect(seen.connections).toBe(1);
  });
});

describe("TLS", () => {
  const identity = createIdentity();
  const serveTls = async (onRequest: (socket: Socket) => void) => {
    const server = createHttpsServer(identity, ({ socket }, response) => {
      onRequest(socket);
      response.end("ok");
    });
    return requester(`https://127.0.0.1:${await listen(server)}/`);
  };

  test("nothing is sent to a server with an untrusted certificate", async () => {
    const onRequest = vi.fn();
    const { send } = await serveTls(onRequest);

    expect(await send()).toEqual(failed("never", "DEPTH_ZERO_SELF_SIGNED_CERT"));
    expect(onRequest).not.toHaveBeenCalled();
  });

  test("nothing is sent before the handshake is done", async () => {
    const { send } = requester(`https://127.0.0.1:${await listen(createNetServer())}/`);

    expect(await send({ timeoutMs: 100 })).toEqual(failed("never", "ETIMEDOUT"));
  });

  test("a response is read", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const { send } = await serveTls(() => undefined);

    expect(await send()).toMatchObject({ kind: "response", status: 200, body: "ok" });
  });

  test("the next connection resumes the session of the last one", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const reused: boolean[] = [];
    const server = createTlsServer(identity, (socket) => {
      reused.push(socket.isSessionReused());
      socket.on("data", () => socket.write(ok)).on("error", () => undefined);
    });
    const { send, clock } = requester(`https://127.0.0.1:${await listen(server)}/`);

    await send();
    clock.nowMs += 4_000;
    await send();

    expect(reused).toEqual([false, true]);
  });

  test("the session of another origin is not resumed, even if its server would accept it", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const reused: boolean[] = [];
    const ticketKeys = Buffer.alloc(48, 1);
    const serve = async () => {
      const server = createTlsServer({ ...identity, ticketKeys }, (socket) => {
        reused.push(socket.isSessionReused());
        socket.on("data", () => socket.write(ok)).on("error", () => undefined);
      });
      return new URL(`https://127.0.0.1:${await listen(server)}/`);
    };
    const { send, clock } = requester((await serve()).href);

    await send();
    await send({ url: await serve() });
    clock.nowMs += 4_000;
    await send();

    expect(reused).toEqual([false, false, false]);
  });

  test("a session is forgotten with the error of its connection", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const reused: boolean[] = [];
    const sockets: Socket[] = [];
    const server = createTlsServer(identity, (socket) => {
      reused.push(socket.isSessionReused());
      socket
        .on("data", () => (reused.length === 2 ? sockets[1]?.resetAndDestroy() : socket.write(ok)))
        .on("error", () => undefined);
    });
    server.on("connection", (socket: Socket) => sockets.push(socket));
    const { send, clock } = requester(`https://127.0.0.1:${await listen(server)}/`);

    await send();
    clock.nowMs += 4_000;
    await send();
    await send();

    expect(reused).toEqual([false, true, false]);
  });

  test.for([
    ["localhost", "localhost"],
    ["127.0.0.1", false],
  ] as const)(
    "the server %s is requested with the name %s and HTTP/1.1",
    async ([host, servername]) => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      const asked: unknown[] = [];
      const server = createTlsServer(
        { ...identity, ALPNProtocols: ["h2", "http/1.1"] },
        (socket) => {
          asked.push(socket.servername, socket.alpnProtocol);
          socket.on("data", () => socket.write(ok)).on("error", () => undefined);
        },
      );

      await requester(`https://${host}:${await listen(server)}/`).send();

      expect(asked).toEqual([servername, "http/1.1"]);
    },
  );

  test("the outcome is unknown after the handshake", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const { send } = await serveTls((socket) => socket.destroy());

    expect(await send()).toEqual(failed("unknown", "ECONNRESET"));
  });
});
