import { sha256Hex } from "../encoding/sha256.ts";
import {
  type CloudEventAttributes,
  type CloudEventData,
  toCloudEvent,
} from "../model/cloud-event.ts";
import { reservedPrefixes } from "../model/reserved-prefixes.ts";
import { percentEncode } from "./signature-v4.ts";

/** An event whose data is stored in a bucket. */
export type ClaimCheck = {
  readonly bucket: string;
  readonly name: string;
  readonly body: string | Uint8Array;
  /** The event without its data. */
  readonly value: string;
};

/**
 * Makes a claim check with the CloudEvents extension "dataref"
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/dataref.md). The data is stored under its
 * SHA-256, so that a retry stores the same object again. The URL is never presigned. Returns undefined without data.
 */
export function toClaimCheck(
  attributes: CloudEventAttributes,
  data: CloudEventData,
  { endpoint, bucket }: { readonly endpoint: string; readonly bucket: string },
): ClaimCheck | undefined {
  if (data.kind === "none") {
    return undefined;
  }
  const body = toBody(data);
  const sha256 = sha256Hex(body);
  const name = reservedPrefixes.claimChecks + sha256;
  const path = [bucket, ...name.split("/")].map(percentEncode).join("/");
  const extensions = {
    dataref: `${endpoint.replace(/\/$/, "")}/${path}`,
    datarefbucket: bucket,
    datarefname: name,
    datarefsize: Buffer.byteLength(body),
    datarefsha256: sha256,
  };
  const value = toCloudEvent({ ...attributes, ...extensions }, { kind: "none" });
  return { bucket, name, body, value };
}

function toBody(data: Exclude<CloudEventData, { kind: "none" }>): string | Uint8Array {
  switch (data.kind) {
    case "binary":
      return data.bytes;
    case "value":
      return JSON.stringify(data.value);
    default:
      return data.text;
  }
}
