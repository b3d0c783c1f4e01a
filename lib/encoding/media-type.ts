/**
 * Returns the media type of a Content-Type header or a datacontenttype. A repeated header is joined with a comma,
 * which no media type has outside quotes, so the first value counts.
 */
export function mediaTypeOf(contentType: string): string {
  return /^(?:[^",]|"(?:[^"\\]|\\.)*")*/.exec(contentType)?.[0].trim() ?? "";
}

/** Returns type and subtype without parameters, in lower case. */
export function essenceOf(contentType: string): string {
  if (contentType !== last.contentType) {
    const essence = (mediaTypeOf(contentType).split(";", 1)[0] ?? "").trim().toLowerCase();
    last = { contentType, essence, isJson: /^[^/]+\/([^/]*\+)?json$/.test(essence) };
  }
  return last.essence;
}

/** The last content type that was read. An event asks for it several times, and the next event mostly has the same. */
let last = { contentType: "", essence: "", isJson: false };

/** Accepts the subtype `json` and subtypes that end in `+json` (CloudEvents JSON format 1.0.2, section 3.1.1). */
export function isJsonType(contentType: string): boolean {
  return essenceOf(contentType) !== "" && last.isJson;
}

export const formType = "application/x-www-form-urlencoded";

export function isForm(contentType: string): boolean {
  return essenceOf(contentType) === formType;
}
