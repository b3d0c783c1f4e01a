// Replaces axios' lib/adapters/http.js. Everything of axios but the exchange itself still runs.
import { acknowledgement, take } from "./answers.mjs";

export default async function adapter(config) {
  take(config.headers, config.data);
  return { data: acknowledgement, status: 200, statusText: "OK", headers: {}, config, request: {} };
}

export const __setProxy = () => undefined;
