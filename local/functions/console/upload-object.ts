import { createHash } from "node:crypto";
import { closedObject, InvalidInput, textUpTo } from "../../data-stream/control/checked-input.ts";
import {
  canonicalRequest,
  signatureV4Algorithm,
  signatureV4Of,
  stringToSignV4,
} from "../../object-storage/protocol/signature-v4.ts";
import { uriEncode } from "../../object-storage/protocol/uri.ts";
import type { FunctionsConnection } from "./connection.ts";
import type { FunctionReply, SentRequest } from "./send-request.ts";
import { sendRequest } from "./send-request.ts";

export const uploadBucket = "local-uploads";
const keyBytesMax = 1024;
const textCharactersMax = 1024 * 1024;

/** Uploads text to the bucket as S3 clients do. The trigger of the bucket then calls the function. */
export async function uploadObject(
  asked: unknown,
  connection: FunctionsConnection,
): Promise<{ readonly sent: SentRequest; readonly reply: FunctionReply }> {
  const fields = closedObject(asked, "the upload", ["name", "text"]);
  const name = textUpTo(fields["name"], "name", keyBytesMax);
  if (name === "" || Buffer.byteLength(name) > keyBytesMax) {
    throw new InvalidInput(`name must be 1 to ${keyBytesMax} bytes`);
  }
  // A client would resolve a segment "." or ".." before it sends the request, and the signature would cover another
  // path.
  if (name.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new InvalidInput("name must not have a segment . or ..");
  }
  const body = textUpTo(fields["text"] ?? "", "text", textCharactersMax);
  const sent = signedPut({ name, body }, connection, Date.now());
  const reply = await sendRequest(sent);
  const { authorization: _, ...headers } = sent.headers;
  return { sent: { ...sent, headers }, reply };
}

function signedPut(
  { name, body }: { readonly name: string; readonly body: string },
  { objectStorageOrigin, settings }: FunctionsConnection,
  nowMs: number,
): SentRequest & { readonly headers: { readonly authorization: string } } {
  const method = "PUT";
  const path = name.split("/").map((part) => uriEncode(Buffer.from(part).toString("latin1")));
  const target = `/${uploadBucket}/${path.join("/")}`;
  const timestamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const payloadHash = createHash("sha256").update(body).digest("hex");
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    host: new URL(objectStorageOrigin).host,
    "x-amz-content-sha256": payloadHash,
    "x-amz-date": timestamp,
  };
  const signedHeaders = Object.keys(headers);
  const region = settings["OBJECT_STORAGE_REGION"] ?? "";
  const scope = { date: timestamp.slice(0, 8), region, service: "s3" };
  const canonical = canonicalRequest({
    ...{ method, target, signedHeaders, payloadHash },
    headers: new Map(Object.entries(headers)),
  });
  const text = stringToSignV4(timestamp, scope, canonical);
  const signature = signatureV4Of(text, scope, settings["NCLOUD_SECRET_KEY"] ?? "");
  const credential = `${settings["NCLOUD_ACCESS_KEY"]}/${scope.date}/${region}/s3/aws4_request`;
  const authorization = `${signatureV4Algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  // fetch sets Host itself, to the value that was signed.
  const { host: _, ...others } = headers;
  return {
    method,
    url: `${objectStorageOrigin}${target}`,
    headers: { ...others, authorization },
    body,
  };
}
