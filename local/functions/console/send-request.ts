/** A request to a function, as the page shows it. */
export type SentRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A request as it is sent. Its body may be bytes that are no text. */
export type RequestToSend = Omit<SentRequest, "body"> & { readonly body: string | Uint8Array };

export type FunctionReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly tookMs: number;
};

/** Longer than the functions' own time limit, so that the page can show what they say about exceeding it. */
const replyMsMax = 70_000;
const replyBytesMax = 1024 * 1024;

/** The functions did not respond: they have not started yet, they stopped, or the connection was cut. */
export class NoReply extends Error {
  override name = "NoReply";
}

export async function sendRequest({
  method,
  url,
  headers,
  body,
}: RequestToSend): Promise<FunctionReply> {
  const startMs = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: ["GET", "HEAD"].includes(method) ? null : (body as string),
      redirect: "manual",
      signal: AbortSignal.timeout(replyMsMax),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readText(response),
      tookMs: Math.round(performance.now() - startMs),
    };
  } catch (error) {
    throw new NoReply(`no reply from ${new URL(url).origin}: ${causeOf(error)}`);
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > replyBytesMax) {
      return `${text} … (cut after ${replyBytesMax} bytes)`;
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function causeOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {};
  if (!(cause instanceof Error)) {
    return "unknown";
  }
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
