/**
 * Decodes the value of a `ce-` header; undefined if it is not UTF-8. A value in double quotes is unescaped first, because
 * older senders quote
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values,
 * read 2026-11-30). A percent sign that begins no byte stays, because the JavaScript SDK does not encode.
 */
export function decodeEventHeader(value: string): string | undefined {
  const text = /^"(?:[^"\\]|\\.)*"$/s.test(value)
    ? value.slice(1, -1).replaceAll(/\\(.)/gs, "$1")
    : value;
  try {
    return text.replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => decodeURIComponent(bytes));
  } catch {
    return undefined;
  }
}
