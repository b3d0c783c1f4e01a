/** The body of a request or reply as JSON can hold it: as text, or in Base64 if it is not UTF-8. */
export type ShownBody = {
  readonly body: string;
  readonly bodyEncoding: "utf-8" | "base64";
  readonly bodyBytes: number;
  /** True if only the beginning is here: the whole body is at `/_/deliveries/{id}`. */
  readonly isBodyCut: boolean;
};

export type Headers = Readonly<Record<string, string>>;

export type ShownRequest = ShownBody & {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly headers: Headers;
};

export type ShownReply = ShownBody & { readonly status: number; readonly headers: Headers };
