const lineCharactersMax = 4_000;
/** Sequences that control a terminal: colors and movements, titles and links, single commands. */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these sequences consist of control characters
  /\u001b\][^\u0007\u001b]{0,4000}(?:\u0007|\u001b\\)?|[\u001b\u009b]\[?[0-?]{0,64}[ -/]{0,16}[@-~]/g;
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * Makes a foreign text one harmless line. Secrets are hidden before and after: a sequence within a secret would hide it
 * from the first time, and a cut could leave half of it.
 */
export function toPrintable(text: string, hide: (text: string) => string): string {
  const whole = hide(
    hide(text).replaceAll(escapeSequences, "").replaceAll(controls, " ").trimEnd(),
  );
  return whole.length <= lineCharactersMax
    ? whole
    : `${whole.slice(0, lineCharactersMax)} … (${whole.length - lineCharactersMax} characters more)`;
}
