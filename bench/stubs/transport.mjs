// Replaces lib/http/client.ts.
import { acknowledgement, take } from "./answers.mjs";

export function createTransport() {
  return async ({ headers, body }) => {
    take(headers, body);
    return { kind: "response", status: 200, headers: {}, body: acknowledgement, truncated: false };
  };
}
