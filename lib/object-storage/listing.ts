/** One object of a listing. */
export type StoredObject = {
  readonly name: string;
  /** Epoch milliseconds; NaN where the listing says none. */
  readonly modifiedMs: number;
};

/**
 * The objects of a `ListObjectsV2` answer, asked for with `encoding-type=url` so that names hold no
 * markup; a server that does not know the parameter escapes them as XML. Other text gives no objects.
 */
export function parseListing(xml: string): readonly StoredObject[] {
  const decode = textOf(xml, "EncodingType") === "url" ? decodeUrl : decodeXml;
  return xml
    .split("<Contents>")
    .slice(1)
    .flatMap((contents) => {
      const name = decode(textOf(contents, "Key"));
      return name === undefined || name === ""
        ? []
        : [{ name, modifiedMs: Date.parse(textOf(contents, "LastModified")) }];
    });
}

function textOf(xml: string, element: string): string {
  const from = xml.indexOf(`<${element}>`);
  const to = xml.indexOf(`</${element}>`);
  return from === -1 || to === -1 ? "" : xml.slice(from + element.length + 2, to);
}

/** A blank may come as `+`, as S3 itself writes it. */
function decodeUrl(name: string): string | undefined {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

const entities: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

function decodeXml(name: string): string {
  return name.replaceAll(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => entities[entity] ?? "");
}
