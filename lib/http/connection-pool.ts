import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";

/** Idle time of a connection. A function freezes between calls, and a server closes idle sockets meanwhile. */
const idleMsMax = 4_000;
/** Number of idle connections, as many as one call can have in flight. */
const idleMax = 256;
/** Age of a connection. A load balancer chooses a backend per connection, so a new one may reach a better backend. */
const ageMsMax = 60_000;

/** Bytes of one read. */
const readBytesMax = 64 * 1024;

/** `User`: what uses the connection, such as a request. */
export type Connection<User> = {
  readonly origin: string;
  readonly socket: Socket;
  /** True after the TCP connection, or after the TLS handshake. */
  isOpen: boolean;
  isReused: boolean;
  /** True if another connection of the same origin failed while this one was in use. It is not used again. */
  isRetired: boolean;
  readonly openedMs: number;
  idleSinceMs: number;
  /** Undefined while the connection is idle. */
  user: User | undefined;
};

/** Receives what happens on a connection that is in use. */
export type Listener<User> = {
  readonly opened: (user: User) => void;
  /** Receives text with one character per byte (latin1), or undefined for the end. */
  readonly received: (user: User, text: string | undefined) => void;
  /** Receives a system error code. */
  readonly failed: (user: User, code: string) => void;
};

/** Creates a pool of kept-alive connections. The one used last is taken first, so that the others can age. */
export function createPool<User>(now: () => number, listener: Listener<User>) {
  const idle: Connection<User>[] = [];
  const connections = new Set<Connection<User>>();
  let open: OpenSocket | undefined;
  const removeAt = (at: number) => idle.splice(at, at < 0 ? 0 : 1)[0];
  const drop = (connection: Connection<User>) => {
    removeAt(idle.indexOf(connection));
    connection.socket.destroy();
  };
  const takeKept = (origin: string) =>
    idle.at(-1)?.origin === origin ? idle.pop() : removeAt(findLast(idle, origin));
  return {
    take: (url: URL, origin: string): Connection<User> => {
      const nowMs = now();
      // The connection that has been idle for the longest time comes first. Most often none is old.
      if (idle[0] !== undefined && isOld(idle[0], nowMs)) {
        idle.filter((one) => isOld(one, nowMs)).forEach(drop);
      }
      let kept = takeKept(origin);
      while (kept !== undefined && isOld(kept, nowMs)) {
        kept.socket.destroy();
        kept = takeKept(origin);
      }
      if (kept !== undefined) {
        return kept;
      }
      open ??= createSocketOpener();
      return createConnection(url, { origin, open, drop, connections, listener, openedMs: nowMs });
    },
    /**
     * Retires all open connections of an origin after a failure, because they may lead to the same failing server. A
     * later failure on one of them says nothing about connections opened since.
     */
    retire: ({ origin, isRetired }: Connection<User>): void => {
      if (!isRetired) {
        idle.filter((one) => one.origin === origin).forEach(drop);
        for (const one of connections) {
          one.isRetired ||= one.origin === origin;
        }
      }
    },
    /** Takes a connection back. If the response came before the whole request was sent, the connection is closed. */
    release: (connection: Connection<User>, isReusable: boolean): void => {
      const { socket, isRetired, openedMs } = connection;
      const nowMs = now();
      const isKept = isReusable && !isRetired && openedMs > nowMs - ageMsMax;
      connection.user = undefined;
      if (isKept && socket.writableLength === 0 && idle.length < idleMax) {
        connection.isReused = true;
        connection.idleSinceMs = nowMs;
        idle.push(connection);
      } else {
        socket.destroy();
      }
    },
    /** Closes the connections that no exchange uses. */
    close: (): void => idle.splice(0).forEach(drop),
  };
}

function isOld({ idleSinceMs, openedMs }: Connection<unknown>, nowMs: number): boolean {
  return idleSinceMs <= nowMs - idleMsMax || openedMs <= nowMs - ageMsMax;
}

function findLast(connections: readonly Connection<unknown>[], origin: string): number {
  return connections.findLastIndex((one) => one.origin === origin);
}

type ConnectionOptions<User> = {
  readonly origin: string;
  readonly open: OpenSocket;
  readonly drop: (connection: Connection<User>) => void;
  /** Contains a connection until it is closed. */
  readonly connections: Set<Connection<User>>;
  readonly listener: Listener<User>;
  readonly openedMs: number;
};

/** Opens a connection. Unrequested bytes, an end or an error close an idle connection. */
function createConnection<User>(
  url: URL,
  { origin, open, drop, connections, listener, openedMs }: ConnectionOptions<User>,
): Connection<User> {
  const received = (text: string | undefined) =>
    connection.user === undefined ? drop(connection) : listener.received(connection.user, text);
  const failed = (code: string) =>
    connection.user === undefined ? drop(connection) : listener.failed(connection.user, code);
  const socket = open(url, received);
  const state = { isOpen: false, isReused: false, isRetired: false, openedMs, idleSinceMs: 0 };
  const connection: Connection<User> = { origin, socket, ...state, user: undefined };
  socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
    connection.isOpen = true;
    // A process may end while a connection is idle. The timeout of an exchange keeps it until the response.
    socket.unref();
    if (connection.user !== undefined) {
      listener.opened(connection.user);
    }
  });
  socket.on("end", () => received(undefined));
  socket.on("error", ({ code = "EUNKNOWN" }: NodeJS.ErrnoException) => failed(code));
  socket.on("close", () => {
    connections.delete(connection);
    failed("ECLOSED");
  });
  connections.add(connection);
  return connection;
}

type OpenSocket = (url: URL, received: (text: string) => void) => Socket;

/**
 * Length of a text for which V8 compiles a pattern to machine code at once. Node's pattern of an IPv6 address, which every
 * `connect` uses, otherwise takes 4 to 6 ms of the first event. See docs/decisions/0052-the-first-connection.md.
 */
const compiledCharacters = 1_000;

/** Opens sockets. For TLS it reads the list of authorities once and keeps the last session of an origin. */
function createSocketOpener(): OpenSocket {
  isIP("x".repeat(compiledCharacters));
  // All sockets read into this buffer. The text is copied out before the next read.
  const buffer = Buffer.allocUnsafeSlow(readBytesMax);
  let secureContext: SecureContext | undefined;
  const lastSession: { origin?: string; session?: Buffer } = {};
  return ({ protocol, hostname, port, origin }, received) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const callback = (length: number) => {
      received(buffer.toString("latin1", 0, length));
      return true;
    };
    const onread = { buffer, callback };
    if (protocol !== "https:") {
      return connectTcp({ host, port: Number(port || 80), onread }).setNoDelay(true);
    }
    secureContext ??= createSecureContext();
    const options = { host, port: Number(port || 443), onread, secureContext };
    // An IP address is not a server name (https://www.rfc-editor.org/rfc/rfc6066#section-3).
    const servername = isIP(host) === 0 ? host : "";
    const resumed = lastSession.origin === origin ? { session: lastSession.session } : {};
    return connectTls({ ...options, servername, ALPNProtocols: ["http/1.1"], ...resumed })
      .on("session", (session: Buffer) => Object.assign(lastSession, { origin, session }))
      .once("error", () => Object.assign(lastSession, { origin: "" }))
      .setNoDelay(true);
  };
}
