/** One object of a listing. */
export type StoredObject = {
  /** Where `isReadable` is false the text that stands in the listing, which is no name. */
  readonly name: string;
  readonly isReadable: boolean;
  /** Epoch milliseconds; NaN where the listing says none. */
  readonly modifiedMs: number;
  /** In bytes; NaN where the listing says none. */
  readonly size: number;
};

/** One page of a listing. */
export type ListingPage = {
  readonly objects: readonly StoredObject[];
  /** Undefined where the page does not say whether it is the last. */
  readonly isTruncated: boolean | undefined;
  /** Of `ListObjectsV2`. */
  readonly token: string | undefined;
  /** Of `ListObjects`, version 1: only there where names are grouped, or a server is generous. */
  readonly nextMarker: string | undefined;
  /** Whether it is a page of version 1, which knows no `start-after`. */
  readonly isVersion1: boolean;
};

/**
 * Reads the answer to `ListObjectsV2` or `ListObjects`. Names are asked for with `encoding-type=url`, so that
 * they hold no markup; a server that does not know the parameter escapes them as XML. Elements may have
 * attributes and a namespace's prefix. Other text is a page without objects.
 */
export function parseListing(xml: string): ListingPage {
  const decode = elementText(xml, "EncodingType") === "url" ? decodeUrl : decodeXml;
  const [head = "", ...contents] = xml.split(opening("Contents"));
  const tail = contents.at(-1) ?? "";
  const field = (name: string) => elementText(head, name) ?? elementText(tail, name);
  return {
    objects: contents.flatMap((one) => toObject(one, decode)),
    isTruncated: isTrue(field("IsTruncated")),
    token: orUndefined(decodeXml(field("NextContinuationToken") ?? "")),
    nextMarker: orUndefined(decode(field("NextMarker") ?? "")),
    isVersion1: field("KeyCount") === undefined && field("Marker") !== undefined,
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

/** A part of a text keeps all of it in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

function orUndefined(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function isTrue(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.trim() === "true";
}

const openings = new Map<string, RegExp>();

/** The start of an element, or an empty element. */
export function opening(element: string): RegExp {
  const known = openings.get(element) ?? new RegExp(`<(?:[\\w.-]+:)?${element}(?:\\s[^<>]*)?/?>`);
  openings.set(element, known);
  return known;
}

/** What stands in the first element of that name, as it stands there; undefined where there is none. */
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

/** A blank may come as `+`, as S3 itself writes it. */
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

/** XML 1.0, section 4.1 (https://www.w3.org/TR/xml/#sec-references) and 2.7, CDATA sections. */
export function decodeXml(text: string): string | undefined {
  const [, data] = /^\s*<!\[CDATA\[([\s\S]*)\]\]>\s*$/.exec(text) ?? [];
  if (data !== undefined) {
    return data;
  }
  try {
    const decoded = text.replaceAll(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|lt|gt|amp|quot|apos);/gi, toText);
    // Half a character is in no name.
    return /[\ud800-\udfff]/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Throws where there is no such character. */
function toText(reference: string): string {
  const number = reference
    .slice(1, -1)
    .replace(/^#(?=x)/i, "0")
    .replace("#", "");
  return characters[reference] ?? String.fromCodePoint(Number(number));
}
