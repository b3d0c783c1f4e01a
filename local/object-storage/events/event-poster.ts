import type { ObjectStorageEvent } from "./object-event.ts";

export type EventPosterOptions = {
  /** Where the bucket function is invoked. */
  readonly url: string;
  /** Told of every event that did not arrive. */
  readonly report: (line: string) => void;
  readonly waitingMax?: number;
};

/** More events than this never wait: what comes on top is reported and dropped. */
const waitingMaxDefault = 1000;
/** The bucket function may take 60 s. */
const postTimeoutMs = 65_000;
const shownCharactersMax = 200;

/** Posts events to a function one after the other, as NAVER Cloud's trigger would: once, without a second try. */
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
    /** What still waits is dropped: the function ends too. */
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
    // Read to its end, so that the socket is free for the next one.
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

/** A key is a stranger's text: what is not printable must not reach a terminal. */
function nameOf({ ncloud }: ObjectStorageEvent): string {
  const name = `${ncloud.container_name}/${ncloud.object_name}`;
  return name.slice(0, shownCharactersMax).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "?");
}
