import { Cron } from "croner";

type CronOptions = {
  /** An IANA name. */
  readonly timezone: string;
  /** Never rejects. */
  readonly onTick: () => Promise<unknown>;
  readonly report: (line: string) => void;
};

/**
 * Calls by a cron expression of five fields. A tick while the call before still runs is left out and reported: nothing
 * says that NAVER Cloud would keep it.
 */
export function startCron(expression: string, { timezone, onTick, report }: CronOptions) {
  let isRunning = false;
  const tick = async (): Promise<void> => {
    if (isRunning) {
      report(`a tick of ${expression} was left out: the call before still runs`);
      return;
    }
    isRunning = true;
    await onTick();
    isRunning = false;
  };
  const job = new Cron(expression, { timezone, mode: "5-part", unref: true }, tick);
  return { stop: () => job.stop() };
}
