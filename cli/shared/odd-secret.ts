/**
 * Says why a secret key looks as if it was copied wrongly; undefined if it does not. NAVER Cloud documents no form of a
 * key, so this is a hint beside a failure and never a refusal.
 */
export function whyOdd(accessKey: unknown, secretKey: unknown): string | undefined {
  if (typeof secretKey !== "string" || secretKey === "") {
    return undefined;
  }
  if (secretKey === accessKey) {
    return "is the access key";
  }
  if (/^[\s"'`]|[\s"'`]$/u.test(secretKey)) {
    return "begins or ends with a quote or white space";
  }
  return /^[!-~]+$/.test(secretKey) ? undefined : "has a blank or a character that is not ASCII";
}
