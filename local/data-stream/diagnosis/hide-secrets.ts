const hidden = "{secret key}";

/** Hides secret keys in a text: a caller may put its secret key into the address by mistake. */
export function hideSecrets(text: string, accessKeys: ReadonlyMap<string, string>): string {
  return secretsIn(accessKeys).reduce(
    (shown, secret) => (shown.includes(secret) ? shown.replaceAll(secret, hidden) : shown),
    text,
  );
}

/** The texts to hide, by the keys of an emulator. Every request asks for them. */
const known = new WeakMap<object, readonly string[]>();

function secretsIn(accessKeys: ReadonlyMap<string, string>): readonly string[] {
  const secrets =
    known.get(accessKeys) ??
    [...accessKeys.values()]
      .filter((secretKey) => secretKey !== "")
      .flatMap((secretKey) => [secretKey, encodeURIComponent(secretKey)]);
  known.set(accessKeys, secrets);
  return secrets;
}
