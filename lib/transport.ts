import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Socket } from "node:net";

/** A function freezes between calls, and a server closes idle sockets meanwhile. */
const idleSocketMsMax = 4_000;
/** An answer of the API is under 1 KiB; more is not read, unless the request says so. */
const answerBytesMaxDefault = 64 * 1024;

export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  /** Names and values in turn: Node sends a flat array as it is, without building a map first. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
  /** How much of the answer's body is read. */
  readonly answerBytesMax?: number;
  /** For the whole exchange, from the first byte out to the last byte in. */
  readonly timeoutMs: number;
};

export type HttpAnswer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      /** At most the request's `answerBytesMax` bytes. */
      readonly body: string;
      /** The body had more bytes than were read. */
      readonly truncated: boolean;
    }
  | {
      readonly kind: "noAnswer";
      /** `never`: no byte of the request left. `unknown`: the server may have acted on it. */
      readonly sent: "never" | "unknown";
      readonly cause: "timeout" | "connection";
      /** A Node error code such as `ECONNREFUSED`; never a message, which can hold foreign text. */
      readonly code: string;
      /** The request went out on a kept-alive socket that closed before a byte of the answer. */
      readonly staleSocket: boolean;
    };

/** One exchange. Never rejects. Follows no redirect. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;

export function createTransport({ now }: { readonly now: () => number }): Transport {
  const options = { keepAlive: true, scheduling: "lifo" } as const;
  const agents = { "http:": new HttpAgent(options), "https:": new HttpsAgent(options) };
  const idleSince = new WeakMap<Socket, number>();

  for (const agent of Object.values(agents)) {
    agent.on("free", (socket: Socket) => idleSince.set(socket, now()));
  }
  const isStale = (socket: Socket) => now() - (idleSince.get(socket) ?? 0) >= idleSocketMsMax;

  return (request) => {
    const secure = request.url.protocol === "https:";
    const agent = secure ? agents["https:"] : agents["http:"];
    dropIdleSockets(agent, isStale);
    const start = secure ? requestHttps : requestHttp;
    const { method, headers } = request;
    return exchange(() => start(request.url, { agent, method, headers: [...headers] }), request);
  };
}

function dropIdleSockets(agent: HttpAgent, isStale: (socket: Socket) => boolean): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) {
      if (isStale(socket)) {
        socket.destroy();
      }
    }
  }
}

function exchange(open: () => ClientRequest, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const progress = { connected: false, answered: false, timedOut: false };
    const outgoing = tryOpen(open, (error) =>
      resolve(toNoAnswer(error, { ...progress, reused: false })),
    );
    if (outgoing === undefined) {
      return;
    }
    const timer = setTimeout(() => {
      progress.timedOut = true;
      outgoing.destroy();
    }, request.timeoutMs);
    const settle = (answer: HttpAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const fail = (error: NodeJS.ErrnoException) =>
      settle(toNoAnswer(error, { ...progress, reused: outgoing.reusedSocket }));

    outgoing.once("socket", (socket) => {
      if (outgoing.reusedSocket) {
        return;
      }
      // Over TLS the request leaves after the handshake, not after the TCP connection.
      socket.once("encrypted" in socket ? "secureConnect" : "connect", () => {
        progress.connected = true;
      });
    });
    outgoing.on("error", fail);
    // A switch of protocols (101) closes the request without a response and without an error.
    outgoing.once("close", () => {
      if (!progress.answered) {
        fail({ name: "Error", message: "", code: "ECLOSED" });
      }
    });
    outgoing.once("response", (incoming) => {
      progress.answered = true;
      incoming.on("error", fail);
      const { answerBytesMax = answerBytesMaxDefault } = request;
      readBody(incoming, answerBytesMax, (body, truncated) => {
        const { statusCode = 0, headers } = incoming;
        settle({ kind: "answer", status: statusCode, headers, body, truncated });
      });
    });
    outgoing.end(request.body);
  });
}

/** Node throws at once where a header's value cannot be sent. */
function tryOpen(
  open: () => ClientRequest,
  onError: (error: NodeJS.ErrnoException) => void,
): ClientRequest | undefined {
  try {
    return open();
  } catch (error) {
    onError(error instanceof Error ? error : new Error("not an error"));
    return undefined;
  }
}

type Progress = {
  readonly connected: boolean;
  readonly answered: boolean;
  readonly timedOut: boolean;
  readonly reused: boolean;
};

function toNoAnswer(error: NodeJS.ErrnoException, progress: Progress): HttpAnswer {
  const { connected, answered, timedOut, reused } = progress;
  return {
    kind: "noAnswer",
    sent: connected || reused ? "unknown" : "never",
    cause: timedOut ? "timeout" : "connection",
    code: timedOut ? "ETIMEDOUT" : (error.code ?? "EUNKNOWN"),
    staleSocket: reused && !answered && !timedOut,
  };
}

function readBody(
  incoming: IncomingMessage,
  answerBytesMax: number,
  done: (body: string, truncated: boolean) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const text = () => Buffer.concat(chunks).toString("utf8", 0, answerBytesMax);
  incoming.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > answerBytesMax) {
      done(text(), true);
      incoming.destroy();
    }
  });
  // A body that is cut short errors and never ends.
  incoming.once("end", () => done(text(), false));
}
