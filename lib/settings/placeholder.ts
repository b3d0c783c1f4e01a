/** Examples of our own documents. */
const examples = ["secret", "new secret", "old secret", "user:password"];

/**
 * Matches text that stands in place of a secret: dots and brackets, and words of templates. A provider's prefix or the
 * user of `user:password` may precede it.
 */
const placeholder =
  /^(?:[^:\s]{1,100}:)?(?:v1,)?(?:whsec_|whpk_|pdl_ntfset_|ncp_iam_)?(?:…+|\.{3,}|<.*>|change[-_ ]?me|x+|undefined|null)$/;

/** Ends of what the pattern matches. Few secrets have one, and V8 takes 0.2 ms to compile the pattern. */
const placeholderEnds = ["…", "...", ">", "me", "x", "undefined", "null"];

/** Tells whether a value is a placeholder as a whole. A real secret may contain one of the words. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim().toLowerCase();
  return (
    value.includes("${") ||
    examples.includes(text) ||
    (placeholderEnds.some((end) => text.endsWith(end)) && placeholder.test(text))
  );
}
