/** CloudEvents 1.0 context attributes, as in section 5 of its specification. */
export type CloudEventAttributes = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string | undefined;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype?: string | undefined;
  /** Partitioning extension: equal to the message key. */
  readonly partitionkey: string;
  /** Distributed tracing extension. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Where the data is, in place of data (extension "dataref"). */
  readonly dataref?: string | undefined;
};

export type CloudEventData =
  /** JSON text, embedded as it is: number forms and duplicate names survive. */
  | { readonly kind: "json"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Uint8Array }
  | { readonly kind: "none" };

/** One event in the JSON format of CloudEvents 1.0. */
export function toCloudEvent(attributes: CloudEventAttributes, data: CloudEventData): string {
  const head = JSON.stringify({ specversion: "1.0", ...attributes });
  return `${head.slice(0, -1)}${toDataMember(data)}}`;
}

function toDataMember(data: CloudEventData): string {
  switch (data.kind) {
    case "json":
      return `,"data":${data.text}`;
    case "text":
      return `,"data":${JSON.stringify(data.text)}`;
    case "binary":
      return `,"data_base64":"${Buffer.from(data.bytes).toString("base64")}"`;
    case "none":
      return "";
  }
}
