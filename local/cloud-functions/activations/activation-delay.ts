const delayMsMax = 120_000;

export const activationDelayRule = `STANDIN_ACTIVATION_DELAY_MS must be a whole number from 0 to ${delayMsMax}`;

/**
 * Parses how long an activation is not found after its run; undefined if the text breaks the rule. In NAVER Cloud 30 to
 * 40 s were seen.
 */
export function parseActivationDelay(text: string | undefined): number | undefined {
  if (text === undefined || text === "") {
    return 0;
  }
  return /^\d{1,6}$/.test(text) && Number(text) <= delayMsMax ? Number(text) : undefined;
}
