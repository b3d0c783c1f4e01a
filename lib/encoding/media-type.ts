/**
 * The media type of a Content-Type header or a datacontenttype. A header that came twice is joined by
 * a comma, which stands in no media type outside of quotes: the first value counts.
 */
export function mediaTypeOf(contentType: string): string {
  return /^(?:[^",]|"(?:[^"\\]|\\.)*")*/.exec(contentType)?.[0].trim() ?? "";
}

/** Type and subtype alone, in lower case. */
export function essenceOf(contentType: string): string {
  return (mediaTypeOf(contentType).split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** A subtype of `json` or one that ends in `+json` (CloudEvents JSON format 1.0.2, section 3.1.1). */
export function isJsonType(contentType: string): boolean {
  return /^[^/]+\/([^/]*\+)?json$/.test(essenceOf(contentType));
}

export const formType = "application/x-www-form-urlencoded";

export function isForm(contentType: string): boolean {
  return essenceOf(contentType) === formType;
}
