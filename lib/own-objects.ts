/** Objects of ours begin with one of these, so that an event about one is known without its bucket. */
export const prefixes = {
  deadLetters: "datastream-relay/dead-letters/",
  setAside: "datastream-relay/set-aside/",
  claimChecks: "datastream-relay/claim-checks/",
} as const;

export function isOwnObject(name: string): boolean {
  return Object.values(prefixes).some((prefix) => name.startsWith(prefix));
}
