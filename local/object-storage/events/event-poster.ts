import type { ObjectStorageEvent } from "./object-event.ts";

export type EventPosterOptions = {
  /** The URL that invokes the bucket function. */
  readonly url: string;
  /** Takes a line for every event that did not arrive. */
  readonly report: (line: string) => void;
  readonly waitingMax?: number;
};

/** At most this many events wait. Further events are reported and dropped. */
const waitingMaxDefault = 1000;
/** The bucket function may take 60 s, so the limit is longer. */
const postTimeoutMs = 65_000;
const shownCharactersMax = 200;

/**
 * Creates a poster that sends events to a function one after the other. As NAVER Cloud's trigger is assumed to do,
 * it sends each event once and does not retry.
 */
export function createEventPoster(options: EventPosterOptions) {
  const { url, report, waitingMax = waitingMaxDefault } = options;
  const waiting: ObjectStorageEvent[] = [];
  const closing = new AbortController();
  let isPosting = false;
  const postAll = async (): Promise<void> => {
    isPosting = true;
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      const failure = await post(url, event, closing.signal);
      if (failure !== undefined && !closing.signal.aborted) {
        report(`the event of ${nameOf(event)} did not reach the bucket function: ${failure}`);
      }
    }
    isPosting = false;
  };
  return {
    post(event: ObjectStorageEvent): void {
      if (waiting.length >= waitingMax) {
        report(`the event of ${nameOf(event)} was dropped: ${waitingMax} others wait`);
        return;
      }
      waiting.push(event);
      if (!isPosting) {
        void postAll();
      }
    },
    /** Closes the poster. Waiting events are dropped, because the function ends too. */
    close(): void {
      waiting.length = 0;
      closing.abort();
    },
  };
}

async function post(
  url: string,
  event: ObjectStorageEvent,
  closing: AbortSignal,
): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(postTimeoutMs)]);
    const body = JSON.stringify(event.ncloud);
    const response = await fetch(url, { method: "POST", body, signal });
    // The body is read to its end, so that the connection is free for the next event.
    await response.arrayBuffer();
    const failed = !response.ok || response.headers.has("x-amz-function-error");
    return failed ? `it failed (HTTP ${response.status}), see its log` : undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return "the request failed";
  }
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
}

/**
 * Returns the printable name of an object. Its key is a stranger's text, and unprintable characters must not reach
 * a terminal.
 */
function nameOf({ ncloud }: ObjectStorageEvent): string {
  const name = `${ncloud.container_name}/${ncloud.object_name}`;
  return name.slice(0, shownCharactersMax).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "?");
}
