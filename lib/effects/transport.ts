export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  /** Names and values in turn, visible ASCII; they say how long the body is. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
  /** How much of the answer's body is read. */
  readonly responseBytesMax?: number;
  /** Whether the answer's body is given as bytes, a character for each (latin1), and not as UTF-8. */
  readonly isBinary?: boolean;
  /** For the whole exchange, connecting and handshake included. */
  readonly timeoutMs: number;
};

export type HttpResponse =
  | {
      readonly kind: "response";
      readonly status: number;
      /** Names in lower case; of a repeated header the first. */
      readonly headers: Readonly<Record<string, string | undefined>>;
      /** At most the request's `answerBytesMax` bytes, without the content coding that a proxy may have added. */
      readonly body: string;
      /** The body had more bytes than were read. */
      readonly truncated: boolean;
    }
  | {
      readonly kind: "noResponse";
      /** `never`: no byte of the request left. `unknown`: the server may have acted on it. */
      readonly sent: "never" | "unknown";
      /** `protocol`: bytes came that are no answer of HTTP/1.1. */
      readonly cause: "timeout" | "connection" | "protocol";
      /** A system's error code such as `ECONNREFUSED`; never a message, which can hold foreign text. */
      readonly code: string;
      /** The request went out on a kept-alive socket that closed before a byte of the answer. */
      readonly staleSocket: boolean;
    };

export type ReceivedResponse = Extract<HttpResponse, { kind: "response" }>;
export type NoResponse = Extract<HttpResponse, { kind: "noResponse" }>;

/** One exchange. Never rejects. Follows no redirect. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;
