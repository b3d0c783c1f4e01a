const hidden = "{secret key}";

/** Hides secret keys in a text: a caller may put its secret key into the address by mistake. */
export function hideSecrets(text: string, accessKeys: ReadonlyMap<string, string>): string {
  return [...accessKeys.values()]
    .filter((secretKey) => secretKey !== "")
    .flatMap((secretKey) => [secretKey, encodeURIComponent(secretKey)])
    .reduce((shown, secret) => shown.replaceAll(secret, hidden), text);
}
