/** Objects of ours begin with one of these, so that an event about one is known without its bucket. */
export const prefixes = {
  deadLetters: "datastream-relay/dead-letters/",
  setAside: "datastream-relay/set-aside/",
  claimChecks: "datastream-relay/claim-checks/",
} as const;

/** NAVER Cloud does not say whether an event's object name is URL-encoded: ours is known either way. */
export function isOwnObject(name: string): boolean {
  const plain = name.replaceAll(/%2f/gi, "/");
  return Object.values(prefixes).some((prefix) => plain.startsWith(prefix));
}
