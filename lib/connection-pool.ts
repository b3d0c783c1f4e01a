import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";

/** A function freezes between calls, and a server closes idle sockets meanwhile. */
const idleMsMax = 4_000;
/** As many as one call can have in flight. */
const idleMax = 256;

/** Bytes that one read takes at most. */
const readBytesMax = 64 * 1024;

export type Connection = {
  readonly origin: string;
  readonly socket: Socket;
  /** Over TLS: after the handshake, not after the TCP connection. */
  isOpen: boolean;
  isReused: boolean;
  idleSinceMs: number;
  /** Who is told what happens; nobody while the connection is idle. */
  listener: Listener | undefined;
};

export type Listener = {
  readonly opened: () => void;
  /** What came of the answer, a character for each byte (latin1), or undefined for its end. */
  readonly received: (text: string | undefined) => void;
  /** An error code of the system's. */
  readonly failed: (code: string) => void;
};

/** Kept-alive connections; the one used last is taken first, so that the others can grow old. */
export function createPool(now: () => number) {
  const idle: Connection[] = [];
  const open = createSocketOpener();
  const removeAt = (at: number) => idle.splice(at, at < 0 ? 0 : 1)[0];
  const drop = (connection: Connection) => {
    removeAt(idle.indexOf(connection));
    connection.socket.destroy();
  };
  return {
    take: (url: URL): Connection => {
      const staleMs = now() - idleMsMax;
      idle.filter(({ idleSinceMs }) => idleSinceMs <= staleMs).forEach(drop);
      const connection = removeAt(idle.findLastIndex(({ origin }) => origin === url.origin));
      connection?.socket.ref();
      return connection ?? createConnection(url, open, drop);
    },
    /** An answer that came before all of its request had left leaves no connection to use. */
    release: (connection: Connection, isReusable: boolean): void => {
      const { socket } = connection;
      connection.listener = undefined;
      if (isReusable && socket.writableLength === 0 && idle.length < idleMax) {
        idle.push(Object.assign(connection, { isReused: true, idleSinceMs: now() }));
        // A process may end while a connection is idle.
        socket.unref();
      } else {
        socket.destroy();
      }
    },
  };
}

/** Bytes that nobody asked for, like an end or an error, are the end of an idle connection. */
function createConnection(url: URL, open: Open, drop: (of: Connection) => void): Connection {
  const tell = (told: (listener: Listener) => void) =>
    connection.listener === undefined ? drop(connection) : told(connection.listener);
  const socket = open(url, (text) => tell(({ received }) => received(text)));
  const state = { isOpen: false, isReused: false, idleSinceMs: 0, listener: undefined };
  const connection: Connection = { origin: url.origin, socket, ...state };
  socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
    connection.isOpen = true;
    tell(({ opened }) => opened());
  });
  socket.on("end", () => tell(({ received }) => received(undefined)));
  const failed = (code = "EUNKNOWN") => tell((listener) => listener.failed(code));
  socket.on("error", ({ code }: NodeJS.ErrnoException) => failed(code));
  socket.on("close", () => failed("ECLOSED"));
  return connection;
}

type Open = (url: URL, received: (text: string) => void) => Socket;

/** Of TLS the list of authorities is read once, and the session of an origin's last connection is kept. */
function createSocketOpener(): Open {
  // Every socket reads into it: what comes is copied out before the next read.
  const buffer = Buffer.allocUnsafeSlow(readBytesMax);
  let secureContext: SecureContext | undefined;
  const last: { origin?: string; session?: Buffer } = {};
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
    // An address is no name to ask for (RFC 6066 section 3).
    const servername = /^[\d.]+$|:/.test(host) ? "" : host;
    const resumed = last.origin === origin ? { session: last.session } : {};
    return connectTls({ ...options, servername, ALPNProtocols: ["http/1.1"], ...resumed })
      .on("session", (session: Buffer) => Object.assign(last, { origin, session }))
      .once("error", () => Object.assign(last, { origin: "" }))
      .setNoDelay(true);
  };
}
