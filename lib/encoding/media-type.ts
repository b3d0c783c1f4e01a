/** The last content type that was read. An event asks for it several times, and the next event mostly has the same. */
let last = { contentType: "", mediaType: "", essence: "", isJson: false };

function read(contentType: string): typeof last {
  if (contentType !== last.contentType) {
    const mediaType = /^(?:[^",]|"(?:[^"\\]|\\.)*")*/.exec(contentType)?.[0].trim() ?? "";
    const essence = (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase();
    const isJson = /^[^/]+\/([^/]*\+)?json$/.test(essence);
    last = { contentType, mediaType, essence, isJson };
  }
  return last;
}

/**
 * Returns the media type of a Content-Type header or a datacontenttype. A repeated header is joined with a comma,
 * which no media type has outside quotes, so the first value counts.
 */
export function mediaTypeOf(contentType: string): string {
  return read(contentType).mediaType;
}

/** Returns type and subtype without parameters, in lower case. */
export function essenceOf(contentType: string): string {
  return read(contentType).essence;
}

/** Accepts the subtype `json` and subtypes that end in `+json` (CloudEvents JSON format 1.0.2, section 3.1.1). */
export function isJsonType(contentType: string): boolean {
  return read(contentType).isJson;
}

export const formType = "application/x-www-form-urlencoded";

export function isForm(contentType: string): boolean {
  return essenceOf(contentType) === formType;
}
