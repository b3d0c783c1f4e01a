import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { request as httpRequest } from "node:http";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { S3Client } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import type { ObjectStorageEvent } from "../../../local/object-storage/events/object-event.ts";
import type { ObjectStorageOptions } from "../../../local/object-storage/server.ts";
import { startObjectStorage } from "../../../local/object-storage/server.ts";
import { accessKey, secretKey } from "../harness.ts";

export const bucket = "uploads";
export const region = "kr-standard";
const emptyHash = createHash("sha256").digest("hex");

export type StorageWorld = Awaited<ReturnType<typeof startStorageWorld>>;

/** Starts an emulator of Object Storage on a port of its own and closes it when the test ends. */
export async function startStorageWorld(options: Partial<ObjectStorageOptions> = {}) {
  const events: ObjectStorageEvent[] = [];
  const storage = await startObjectStorage({
    port: 0,
    buckets: [bucket, "other"],
    accessKeys: { [accessKey]: secretKey },
    onEvent: (event) => events.push(event),
    ...options,
  });
  onTestFinished(() => storage.close());
  const { origin, port } = storage;
  const now = options.now ?? Date.now;
  return {
    ...storage,
    events,
    send: (asked: Asked) => sendSigned(port, asked, now()),
    put: (key: string, body: string | Uint8Array) =>
      sendSigned(port, { method: "PUT", path: pathOf(key), body }, now()),
    get: (key: string) => sendSigned(port, { path: pathOf(key) }, now()),
    client: (config: S3ClientConfig = {}) => clientOf(origin, config),
    setFaults: (script: unknown) =>
      fetch(`${origin}/_/faults`, { method: "POST", body: JSON.stringify(script) }),
    async control(path: string): Promise<unknown> {
      return (await fetch(`${origin}${path}`)).json();
    },
  };
}

/** Creates the official client for this emulator. It tries once, so that a test sees the first response. */
function clientOf(origin: string, config: S3ClientConfig): S3Client {
  const client = new S3Client({
    endpoint: origin,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 1,
    ...config,
  });
  onTestFinished(() => client.destroy());
  return client;
}

export function pathOf(key: string, name = bucket): string {
  return `/${name}/${key.split("/").map(encode).join("/")}`;
}

/** Percent-encodes text as Signature Version 4 requires. */
export function encode(text: string): string {
  const percent = (found: string) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, percent);
}

export type Asked = {
  readonly method?: string;
  readonly path: string;
  /** The query in the order and encoding of the canonical request. It is sent unchanged. */
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** The values that are signed instead of the sent ones. */
  readonly signed?: Partial<Claims>;
  /** Headers that are sent unsigned. */
  readonly unsigned?: Record<string, string>;
};

type Claims = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly service: string;
  readonly date: string;
  readonly signedHeaders: string;
  readonly headers: Record<string, string>;
};

export type Reply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  readonly code: string | undefined;
  readonly error?: string;
};

/** Signs and sends requests that the official client would not send. */
export function sendSigned(port: number, asked: Asked, nowMs: number): Promise<Reply> {
  const { method = "GET", path, query = "", body = "", unsigned = {} } = asked;
  const timestamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    "x-amz-content-sha256":
      body === "" ? emptyHash : createHash("sha256").update(body).digest("hex"),
    "x-amz-date": timestamp,
    ...asked.headers,
  };
  const claims = { method, path, query, headers, ...asked.signed };
  const authorization = authorize(claims);
  return sendRaw({
    port,
    method,
    path: query === "" ? path : `${path}?${query}`,
    headers: { authorization, ...headers, ...unsigned },
    body,
  });
}

export function authorize(claims: Partial<Claims> & Pick<Claims, "headers">): string {
  const { method = "GET", path = "/", query = "", headers } = claims;
  const timestamp = headers["x-amz-date"] ?? "";
  const date = claims.date ?? timestamp.slice(0, 8);
  const scope = [date, claims.region ?? region, claims.service ?? "s3", "aws4_request"];
  const names = Object.keys(headers).sort((a, b) => (a < b ? -1 : 1));
  const canonical = [
    method,
    path,
    query,
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    "",
    names.join(";"),
    headers["x-amz-content-sha256"] ?? "",
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", timestamp, scope.join("/"), hash].join("\n");
  const first: Buffer = Buffer.from(`AWS4${claims.secretKey ?? secretKey}`);
  const key = scope.reduce(hmac, first);
  return (
    `AWS4-HMAC-SHA256 Credential=${claims.accessKey ?? accessKey}/${scope.join("/")}, ` +
    `SignedHeaders=${claims.signedHeaders ?? names.join(";")}, Signature=${hmac(key, text).toString("hex")}`
  );
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

type Raw = {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
};

export function sendRaw({ port, method, path, headers, body }: Raw): Promise<Reply> {
  return new Promise((resolve) => {
    const cut = (error: NodeJS.ErrnoException) =>
      resolve({ ...toReply(0, {}, Buffer.alloc(0)), error: error.code ?? error.message });
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: false });
    request.on("error", cut);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", cut);
      response.on("end", () =>
        resolve(toReply(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))),
      );
    });
    request.end(body === "" ? undefined : body);
  });
}

function toReply(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Reply {
  const text = bytes.toString();
  return { status, headers, bytes, text, code: /<Code>(\w+)<\/Code>/.exec(text)?.[1] };
}
