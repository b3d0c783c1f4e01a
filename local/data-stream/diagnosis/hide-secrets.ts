const hidden = "{secret key}";

/** A caller may put its secret key into the address by mistake: what is shown of the address is without it. */
export function hideSecrets(text: string, accessKeys: ReadonlyMap<string, string>): string {
  return [...accessKeys.values()]
    .filter((secretKey) => secretKey !== "")
    .flatMap((secretKey) => [secretKey, encodeURIComponent(secretKey)])
    .reduce((shown, secret) => shown.replaceAll(secret, hidden), text);
}
