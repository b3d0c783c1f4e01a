/**
 * Matches text that stands in place of a secret: dots and brackets, words of templates, examples of our own
 * documents. A provider's prefix or the user of `user:password` may precede it.
 */
const placeholder =
  /^(?:user:password|(?:new |old )?secret|(?:[^:\s]{1,100}:)?(?:v1,)?(?:whsec_|whpk_|pdl_ntfset_|ncp_iam_)?(?:…+|\.{3,}|<.*>|change[-_ ]?me|x+|undefined|null))$/;

/** Tells whether a value is a placeholder as a whole. A real secret may contain one of the words. */
export function isPlaceholder(value: string): boolean {
  return value.includes("${") || placeholder.test(value.trim().toLowerCase());
}
