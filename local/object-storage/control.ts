import type { IncomingMessage } from "node:http";
import { InvalidInput, parseJson } from "../data-stream/control/checked-input.ts";
import { readBody } from "../http/read-body.ts";
import type { OutgoingResponse } from "../http/response.ts";
import { jsonResponse, problemResponse, withHeaders } from "../http/response.ts";
import type { ObjectStorage } from "./object-storage.ts";
import { S3Error } from "./protocol/s3-error.ts";
import { parseScriptedFaults } from "./scripted-faults.ts";

type Handler = (
  request: IncomingMessage,
  storage: ObjectStorage,
) => OutgoingResponse | Promise<OutgoingResponse>;
type Resource = Readonly<Record<string, Handler>>;

const scriptBytesMax = 1024 * 1024;
const parameters = ["bucket", "prefix"];

const resources: Readonly<Record<string, Resource>> = {
  "/_/objects": { GET: (request, storage) => getObjects(request.url ?? "", storage) },
  "/_/faults": {
    GET: (_, { faults }) => jsonResponse(200, faults.remaining()),
    POST: replaceFaults,
    DELETE(_, { faults }) {
      faults.replace([]);
      return { status: 204, headers: {}, body: "" };
    },
  },
};

/** Handles the control API for people and tests, beside the S3 API. It is unsigned, and for this machine only. */
export async function handleStorageControl(
  request: IncomingMessage,
  storage: ObjectStorage,
): Promise<OutgoingResponse> {
  try {
    return await handleStorageResource(request, storage);
  } catch (error) {
    if (error instanceof InvalidInput) {
      return problemResponse(400, error.message);
    }
    if (error instanceof S3Error) {
      return problemResponse(404, error.message);
    }
    throw error;
  }
}

async function handleStorageResource(
  request: IncomingMessage,
  storage: ObjectStorage,
): Promise<OutgoingResponse> {
  const [path = ""] = (request.url ?? "").split("?");
  const resource = Object.hasOwn(resources, path) ? resources[path] : undefined;
  if (resource === undefined) {
    return problemResponse(404, "no such resource in the control API");
  }
  const handler = resource[request.method === "HEAD" ? "GET" : (request.method ?? "")];
  return handler === undefined
    ? withHeaders(problemResponse(405, "method not allowed"), {
        allow: Object.keys(resource).join(", "),
      })
    : await handler(request, storage);
}

/** Lists every object of a bucket, or of all buckets, without its content. */
function getObjects(url: string, { buckets }: ObjectStorage): OutgoingResponse {
  const search = new URLSearchParams(url.split("?").slice(1).join("?"));
  const stranger = [...search.keys()].find((name) => !parameters.includes(name));
  if (stranger !== undefined) {
    const shown = JSON.stringify(stranger.slice(0, 50));
    throw new InvalidInput(`unknown parameter ${shown}; known: ${parameters.join(", ")}`);
  }
  const bucket = search.get("bucket");
  const prefix = search.get("prefix") ?? "";
  const objects = (bucket === null ? buckets.names() : [bucket]).flatMap((name) =>
    buckets
      .list(name)
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ key, bytes, lastModifiedMs }) => ({
        bucket: name,
        key,
        size: bytes.length,
        lastModified: new Date(lastModifiedMs).toISOString(),
      })),
  );
  return jsonResponse(200, { objects });
}

async function replaceFaults(
  request: IncomingMessage,
  { faults }: ObjectStorage,
): Promise<OutgoingResponse> {
  const body = await readBody(request, scriptBytesMax);
  if (body.kind !== "whole") {
    return problemResponse(413, `a fault script is at most ${scriptBytesMax} bytes`);
  }
  faults.replace(parseScriptedFaults(parseJson(body.bytes)));
  return jsonResponse(200, faults.remaining());
}
