import { createSigningClocks } from "../../lib/clock.ts";
import type { Config } from "../../lib/config.ts";
import { createProduce } from "../../lib/data-stream/produce.ts";
import { signatureHeaders } from "../../lib/data-stream/signature.ts";
import type { Effects } from "../../lib/effects.ts";
import type { StreamRecord } from "../../lib/record.ts";
import type { HttpRequest } from "../../lib/transport.ts";

export type ShownRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const shownCharsMax = 6;
const shortened: readonly string[] = [signatureHeaders.accessKey, signatureHeaders.signature];

/** The very request that would be sent, with what is secret in it shortened. Nothing is sent. */
export async function toShownRequest(
  record: StreamRecord,
  config: Config,
  effects: Pick<Effects, "now">,
): Promise<ShownRequest | undefined> {
  let caught: HttpRequest | undefined;
  const transport: Effects["transport"] = async (request) => {
    caught = request;
    return {
      ...{ kind: "noAnswer", sent: "never", cause: "connection" },
      ...{ code: "EDRYRUN", staleSocket: false },
    };
  };
  const clock = createSigningClocks(effects.now)();
  await createProduce(config, { now: effects.now, transport, clock })(record, 1);
  return caught === undefined ? undefined : show(caught);
}

function show({ method, url, headers, body }: HttpRequest): ShownRequest {
  const shown: Record<string, string> = {};
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name = "", value = ""] = headers.slice(at, at + 2);
    shown[name] = shortened.includes(name) ? shorten(value) : value;
  }
  return { method, url: url.href, headers: shown, body: String(body) };
}

/** Never the most of it, however short it is. */
function shorten(secret: string): string {
  return `${secret.slice(0, Math.min(shownCharsMax, Math.floor(secret.length / 3)))}…`;
}

export function toText({ method, url, headers, body }: ShownRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${url}`, ...lines].join("\n")}\n\n${body}\n`;
}
