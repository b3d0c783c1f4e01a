/** One object of a listing. */
export type StoredObject = {
  readonly name: string;
  /** Epoch milliseconds; NaN where the listing says none. */
  readonly modifiedMs: number;
};

/**
 * The objects of a `ListObjectsV2` answer with `encoding-type=url`, where names hold no markup. Text
 * that is none gives no objects.
 */
export function parseListing(xml: string): readonly StoredObject[] {
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
function decode(name: string): string | undefined {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
