import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The fate of one request. `refuse` happens to one connection. */
export type ProxyFault = keyof typeof plays | "refuse";

/** Called at each new connection, where only `refuse` counts, and at each whole request. */
export type NextFault = (at: "connection" | "request") => ProxyFault | undefined;

type Link = {
  readonly client: Socket;
  /** Sends the request on and returns the whole response. */
  readonly ask: (request: Buffer) => Promise<Buffer>;
};

const delayMs = 5;
/** The pause for each byte of a response, which has about 200. */
const slowlyMs = 5;

/** Cutting resets the connection if nothing was sent back yet, and ends it within a response. */
const plays = {
  pass: async ({ client, ask }, request) => client.write(await ask(request)),
  cutBeforeRequest: async ({ client }) => client.resetAndDestroy(),
  cutAfterRequest: async ({ client, ask }, request) => {
    await ask(request);
    client.resetAndDestroy();
  },
  cutInHead: async ({ client, ask }, request) => client.end(until(await ask(request), "\r\n", 9)),
  cutInBody: async ({ client, ask }, request) =>
    client.end(until(await ask(request), "\r\n\r\n", 9)),
  /** The request goes through, and the response never arrives. */
  stall: async ({ ask }, request) => ask(request),
  stallAfterHead: async ({ client, ask }, request) =>
    client.write(until(await ask(request), "\r\n\r\n", 0)),
  trickleAnswer: async ({ client, ask }, request) => trickle(await ask(request), client, 0),
  trickleAnswerSlowly: async ({ client, ask }, request) =>
    trickle(await ask(request), client, slowlyMs),
  /** The request arrives byte by byte at a stream that does not know how much is to come. */
  trickleRequest: async ({ client, ask }, request) => client.write(await ask(request)),
  delay: async ({ client, ask }, request) => {
    await sleep(delayMs);
    client.write(await ask(request));
  },
  /** Our direction ends before the response. The client's direction stays open. */
  halfClose: async ({ client, ask }, request) => {
    await ask(request);
    client.end();
  },
  /** The response is whole and ends the connection without announcing it. */
  endAfterAnswer: async ({ client, ask }, request) => client.end(await ask(request)),
} satisfies Record<string, (link: Link, request: Buffer) => Promise<unknown>>;

/** Returns the faults in turn, and none when they are used up. `refuse` waits for a new connection. */
export function inTurn(faults: ProxyFault[]): NextFault {
  return (at) => ((faults[0] === "refuse") === (at === "connection") ? faults.shift() : undefined);
}

/**
 * Starts a proxy between an HTTP client and a server on loopback. It takes one request of a connection at a
 * time.
 */
export async function startTcpProxy(upstreamPort: number, nextFault: NextFault) {
  const seen = {
    connections: 0,
    open: 0,
    openMax: 0,
    requests: 0,
    faults: new Map<ProxyFault, number>(),
  };
  const idle = new Set<Socket>();
  const open = new Set<Socket>();
  const note = (fault: ProxyFault) => seen.faults.set(fault, (seen.faults.get(fault) ?? 0) + 1);

  const serve = async (client: Socket): Promise<void> => {
    const upstream = connect({ port: upstreamPort, host: "127.0.0.1", noDelay: true });
    const answers = messages(upstream);
    track(upstream, open).on("close", () => client.end());
    track(client, open).on("close", () => upstream.destroy());
    idle.add(client);
    for await (const request of messages(client)) {
      idle.delete(client);
      seen.requests += 1;
      const fault = nextFault("request") ?? "pass";
      note(fault);
      const ask = async (bytes: Buffer): Promise<Buffer> => {
        const sent = withHost(bytes, upstreamPort);
        await (fault === "trickleRequest" ? trickle(sent, upstream, 0) : write(sent, upstream));
        return (await answers.next()).value ?? Buffer.alloc(0);
      };
      const play: (link: Link, request: Buffer) => Promise<unknown> =
        fault === "refuse" ? plays.cutBeforeRequest : plays[fault];
      await play({ client, ask }, request);
      if (!client.destroyed) {
        idle.add(client);
      }
    }
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    seen.connections += 1;
    if (nextFault("connection") === "refuse") {
      note("refuse");
      client.on("error", () => undefined).resetAndDestroy();
      return;
    }
    seen.open += 1;
    seen.openMax = Math.max(seen.openMax, seen.open);
    client.on("close", () => {
      seen.open -= 1;
      idle.delete(client);
    });
    // A broken connection ends its own loop. The other connections are not affected.
    serve(client)
      .catch(() => undefined)
      .finally(() => client.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    /** Ends idle connections, as a server does when its keep-alive time is over. */
    endIdle: () => [...idle].map((client) => client.end()).length,
    async close(): Promise<void> {
      const closed = once(server.close(), "close");
      for (const socket of open) {
        socket.destroy();
      }
      await closed;
    },
  };
}

function track(socket: Socket, open: Set<Socket>): Socket {
  open.add(socket);
  return socket.on("error", () => undefined).on("close", () => open.delete(socket));
}

/** Yields whole HTTP/1.1 messages, one after the other. */
async function* messages(socket: Socket): AsyncGenerator<Buffer, undefined> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk]);
    if (isWhole(bytes)) {
      yield bytes;
      bytes = Buffer.alloc(0);
    }
  }
}

function isWhole(bytes: Buffer): boolean {
  const headEnd = bytes.indexOf("\r\n\r\n");
  const head = bytes.toString("latin1", 0, Math.max(headEnd, 0));
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return (
    headEnd >= 0 &&
    (length === undefined
      ? bytes.toString("latin1").endsWith("\r\n0\r\n\r\n")
      : bytes.length >= headEnd + 4 + Number(length))
  );
}

/** The emulator accepts only its own name. The signature does not cover the header. */
function withHost(request: Buffer, port: number): Buffer {
  const text = request.toString("latin1").replace(/^host: .*$/im, `host: 127.0.0.1:${port}`);
  return Buffer.from(text, "latin1");
}

function until(answer: Buffer, mark: string, more: number): Buffer {
  return answer.subarray(0, answer.indexOf(mark) + mark.length + more);
}

async function trickle(bytes: Buffer, socket: Socket, pauseMs: number): Promise<void> {
  for (const byte of bytes) {
    await write(Buffer.of(byte), socket);
    if (pauseMs > 0) {
      await sleep(pauseMs);
    }
  }
}

/** Resolves when the kernel has the bytes. A client that closed meanwhile gets none. */
function write(bytes: Buffer, socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}
