const folder = "datastream-relay";

/** Prefixes of the objects that the functions write. An event about such an object is recognized even without its bucket. */
export const reservedPrefixes = {
  deadLetters: `${folder}/dead-letters/`,
  setAside: `${folder}/set-aside/`,
  claimChecks: `${folder}/claim-checks/`,
} as const;

/** Recognizes a reserved name in both forms: NAVER Cloud does not document whether its events URL-encode names. */
export function hasReservedPrefix(name: string): boolean {
  if (!name.startsWith(folder)) {
    return false;
  }
  const plain = name.replaceAll(/%2f/gi, "/");
  return Object.values(reservedPrefixes).some((prefix) => plain.startsWith(prefix));
}
