// Replaces the network in warm.mjs: every request is counted, kept and acknowledged at once.
export const acknowledgement = '{"status":"200","detail":"OK"}';

export function take(headers, body) {
  const bench = globalThis.benchRequests;
  bench.count += 1;
  bench.last = { headers, body };
}
