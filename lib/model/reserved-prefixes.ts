const folder = "datastream-relay";

/** Objects of ours begin with one of these, so that an event about one is known without its bucket. */
export const reservedPrefixes = {
  deadLetters: `${folder}/dead-letters/`,
  setAside: `${folder}/set-aside/`,
  claimChecks: `${folder}/claim-checks/`,
} as const;

/** NAVER Cloud does not say whether an event's object name is URL-encoded: ours is known either way. */
export function hasReservedPrefix(name: string): boolean {
  if (!name.startsWith(folder)) {
    return false;
  }
  const plain = name.replaceAll(/%2f/gi, "/");
  return Object.values(reservedPrefixes).some((prefix) => plain.startsWith(prefix));
}
