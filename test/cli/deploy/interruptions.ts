import type { ManagementFault } from "../../../local/cloud-functions/emulator.ts";

/** Returns the fault of the request with the number `n`, in a run that ends at the request with the number `k`. */
type FindFault = (n: number, k: number) => ManagementFault | undefined;

/** The ways in which a command can end between two of its requests. */
export const interruptions: readonly (readonly [string, FindFault])[] = [
  ["the API fails", (n, k) => (n >= k ? { kind: "status", status: 500 } : undefined)],
  ["the API throttles", (n, k) => (n >= k ? { kind: "status", status: 429 } : undefined)],
  ["the network is gone", (n, k) => (n >= k ? { kind: "cut", when: "before" } : undefined)],
  [
    "the answer is lost, and then the network",
    (n, k) => (n < k ? undefined : { kind: "cut", when: n === k ? "after" : "before" }),
  ],
  ["it is not allowed", (n, k) => (n >= k ? { kind: "status", status: 401 } : undefined)],
];
