type QueueOptions<Event> = {
  /** Never rejects. */
  readonly deliver: (event: Event) => Promise<unknown>;
  /** Takes a line for every event that was dropped. */
  readonly report: (line: string) => void;
  readonly waitingMax?: number;
};

/** At most this many events wait. Further events are reported and dropped. */
const waitingMaxDefault = 1_000;

/**
 * Creates a queue that delivers events one after the other. As NAVER Cloud's trigger is assumed to do, it delivers each
 * event once and does not retry.
 */
export function createEventQueue<Event>(options: QueueOptions<Event>) {
  const { deliver, report, waitingMax = waitingMaxDefault } = options;
  const waiting: Event[] = [];
  let isDelivering = false;
  const deliverAll = async (): Promise<void> => {
    isDelivering = true;
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      await deliver(event);
    }
    isDelivering = false;
  };
  return {
    add(event: Event): void {
      if (waiting.length >= waitingMax) {
        report(`an event was dropped: ${waitingMax} others wait`);
        return;
      }
      waiting.push(event);
      if (!isDelivering) {
        void deliverAll();
      }
    },
    clear(): void {
      waiting.length = 0;
    },
  };
}
