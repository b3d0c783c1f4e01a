/** Field names of the documented answers. Each may also be a word in a topic's name. */
const documented: ReadonlySet<string> = new Set(
  (
    "status detail details error errorCode message code responseError returnCode returnMessage timestamp path " +
    "prefix list topics content topicId topicName description partitions retentionMs retentionMilliseconds pinned " +
    "tcpEndpoint createdDate updatedDate createdDateTime updatedDateTime name topic key partition offset"
  ).split(" "),
);
const charactersMax = 50;
const textCharactersMin = 3;

/** Lower-case words, joined by hyphens. A part with digits is short, such as `v2`, so that no id is one. */
const headerName = /^[a-z]+(?:-(?:[a-z]+|[a-z]?\d{1,2}))*$/;
/** Words in camel case, snake case or kebab case, without digits. */
const fieldName = /^[A-Z]?[a-z]+(?:[A-Z][a-z]+|[_-][a-z]+)*$/;

export const hidden = "?";

/**
 * Returns functions that show the name of a header or a field, or `?`. A name is hidden if it does not look like one,
 * or shares its text with something private: the answer may have topics by name.
 */
export function createShownNames(privateTexts: readonly string[]) {
  const texts = [...new Set(privateTexts.map((text) => text.toLowerCase()))].filter(
    (text) => text.length >= textCharactersMin,
  );
  const isPrivate = (name: string) =>
    texts.some((text) => text.includes(name.toLowerCase()) || name.toLowerCase().includes(text));
  const toShown = (name: string, form: RegExp) =>
    name.length <= charactersMax && form.test(name) && !isPrivate(name) ? name : hidden;
  return {
    header: (name: string) => (commonHeaders.has(name) ? name : toShown(name, headerName)),
    field: (name: string) => (documented.has(name) ? name : toShown(name, fieldName)),
  };
}

/** Names that no account chooses. */
const commonHeaders: ReadonlySet<string> = new Set(
  (
    "connection content-encoding content-length content-type date keep-alive retry-after server transfer-encoding " +
    "vary www-authenticate x-ncp-apigw-request-id x-ncp-request-id x-ncp-trace-id"
  ).split(" "),
);
