/** An object in a listing. */
export type StoredObject = {
  /** The name. If `isReadable` is false, it is the text of the listing, which could not be decoded. */
  readonly name: string;
  readonly isReadable: boolean;
  /** Epoch milliseconds; NaN if the listing has no time. */
  readonly modifiedMs: number;
  /** Size in bytes; NaN if the listing has no size. */
  readonly size: number;
};

/** One page of a listing. */
export type ListingPage = {
  readonly objects: readonly StoredObject[];
  /** Undefined if the page does not say it, or not in a known form. */
  readonly isTruncated: boolean | undefined;
  /** Continuation token of `ListObjectsV2`. */
  readonly token: string | undefined;
  /** Next marker of `ListObjects` (version 1). S3 sends it only with a delimiter, some servers always. */
  readonly nextMarker: string | undefined;
  /** True for a page of version 1, which has no `start-after`. */
  readonly isVersion1: boolean;
};

/**
 * Parses the response to `ListObjectsV2` or `ListObjects`. Names are requested with `encoding-type=url` and then contain
 * no markup. A server that does not know the parameter escapes them as XML. Elements may have attributes and a
 * namespace prefix. Other text gives a page without objects.
 */
export function parseListing(xml: string): ListingPage {
  const decode = elementText(xml, "EncodingType") === "url" ? decodeUrl : decodeXml;
  const [head = "", ...contents] = xml.split(opening("Contents"));
  const tail = contents.at(-1) ?? "";
  const field = (name: string) => elementText(head, name) ?? elementText(tail, name);
  return {
    objects: contents.flatMap((one) => toObject(one, decode)),
    isTruncated: toBoolean(field("IsTruncated")),
    token: orUndefined(decodeXml(field("NextContinuationToken") ?? "")),
    nextMarker: orUndefined(decode(field("NextMarker") ?? "")),
    isVersion1:
      field("KeyCount") === undefined && (field("Marker") ?? field("NextMarker")) !== undefined,
  };
}

type Decode = (text: string) => string | undefined;

function toObject(contents: string, decode: Decode): readonly StoredObject[] {
  const text = elementText(contents, "Key") ?? "";
  const name = decode(text);
  const isReadable = name !== undefined;
  const modifiedMs = Date.parse(elementText(contents, "LastModified") ?? "");
  const size = Number.parseInt(elementText(contents, "Size") ?? "", 10);
  return name === "" ? [] : [{ name: copyOf(name ?? text), isReadable, modifiedMs, size }];
}

/** Copies text, because a substring keeps the whole text in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

function orUndefined(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** Reads the forms of XML Schema (https://www.w3.org/TR/xmlschema11-2/#boolean) in any case; undefined for any other. */
function toBoolean(text = ""): boolean | undefined {
  const said = (decodeXml(text) ?? "").trim().toLowerCase();
  return /^(true|1)$/.test(said) || (/^(false|0)$/.test(said) ? false : undefined);
}

const openings = new Map<string, RegExp>();

/** Matches the start tag of an element, or an empty element. */
export function opening(element: string): RegExp {
  const known = openings.get(element) ?? new RegExp(`<(?:[\\w.-]+:)?${element}(?:\\s[^<>]*)?/?>`);
  openings.set(element, known);
  return known;
}

/** Returns the raw content of the first element of that name; undefined if there is none. */
export function elementText(xml: string, element: string): string | undefined {
  const found = opening(element).exec(xml);
  if (found === null || found[0].endsWith("/>")) {
    return found === null ? undefined : "";
  }
  const from = found.index + found[0].length;
  const [, prefix = ""] = /^<([\w.-]+:)?/.exec(found[0]) ?? [];
  const to = xml.indexOf(`</${prefix}${element}`, from);
  return to === -1 ? undefined : xml.slice(from, to);
}

/** Decodes a URL-encoded name. S3 writes a space as `+`. */
function decodeUrl(text: string): string | undefined {
  try {
    return decodeURIComponent((decodeXml(text) ?? "%").replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

const characters: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&apos;": "'",
};

/** Decodes references and CDATA sections (https://www.w3.org/TR/xml/#sec-references and section 2.7). */
export function decodeXml(text: string): string | undefined {
  const [, data] = /^\s*<!\[CDATA\[([\s\S]*)\]\]>\s*$/.exec(text) ?? [];
  if (data !== undefined) {
    return data;
  }
  try {
    const decoded = text.replaceAll(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|lt|gt|amp|quot|apos);/gi, toText);
    // A name contains no lone surrogate.
    return /[\ud800-\udfff]/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Decodes a reference. Throws if there is no such character. */
function toText(reference: string): string {
  const number = reference
    .slice(1, -1)
    .replace(/^#(?=x)/i, "0")
    .replace("#", "");
  return characters[reference] ?? String.fromCodePoint(Number(number));
}
