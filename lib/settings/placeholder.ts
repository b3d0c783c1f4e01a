/**
 * What stands where a secret was to be filled in: signs, the words that templates leave, and the examples of
 * our own documents. It may stand behind a provider's prefix, or behind the user of `user:password`.
 */
const placeholder =
  /^\s*(?:user:password|(?:new |old )?secret|(?:[^:\s]{1,100}:)?(?:v1,)?(?:whsec_|whpk_|pdl_ntfset_|ncp_iam_)?(?:…+|\.{3,}|<.*>|change[-_ ]?me|x+|undefined|null))\s*$/i;

/** Whether a value is no secret but its placeholder. A secret may contain any of them. */
export function isPlaceholder(value: string): boolean {
  return value.includes("${") || placeholder.test(value);
}
