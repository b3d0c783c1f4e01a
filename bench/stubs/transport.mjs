// Replaces lib/http/client.ts.
import { acknowledgement, take } from "./answers.mjs";

export function createTransport() {
  return async ({ headers, body }) => {
    take(headers, body);
    return { kind: "answer", status: 200, headers: {}, body: acknowledgement, truncated: false };
  };
}
