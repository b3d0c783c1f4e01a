/** A request of the functions to an API. */
export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  /** Names and values in turn, visible ASCII. The transport adds Content-Length. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
  /** Limit of the response body that is read, in bytes. */
  readonly responseBytesMax?: number;
  /** True: the response body has one character per byte (latin1) and is not decoded as UTF-8. */
  readonly isBinary?: boolean;
  /** Limit of the whole exchange, including the connection and the TLS handshake. */
  readonly timeoutMs: number;
};

/** The end of an HTTP exchange: a response, or the reason why there is none. */
export type HttpResponse =
  | {
      readonly kind: "response";
      readonly status: number;
      /** First value of each header, by name in lower case. */
      readonly headers: Readonly<Record<string, string | undefined>>;
      /** At most `responseBytesMax` bytes, without the content coding that a proxy may have added. */
      readonly body: string;
      /** True if the body has more bytes than were read. */
      readonly truncated: boolean;
    }
  | {
      readonly kind: "noResponse";
      /** `never`: no byte of the request was sent. `unknown`: the server may have acted on it. */
      readonly sent: "never" | "unknown";
      /** `protocol`: the bytes that came are not an HTTP/1.1 response. */
      readonly cause: "timeout" | "connection" | "protocol";
      /** System error code such as `ECONNREFUSED`. Never a message, which can hold foreign text. */
      readonly code: string;
      /** True if the request used a kept-alive socket that closed before the first byte of the response. */
      readonly staleSocket: boolean;
    };

export type ReceivedResponse = Extract<HttpResponse, { kind: "response" }>;
export type NoResponse = Extract<HttpResponse, { kind: "noResponse" }>;

/** Makes one HTTP exchange. It never rejects and follows no redirect. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;
