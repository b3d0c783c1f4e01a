import type { HttpRequest, HttpResponse, Transport } from "../../lib/effects/transport.ts";
import { noAnswer } from "../support/harness.ts";
import { type createFaults, type Facts, type Fate, knownOf } from "./faults.ts";
import { type Exchange, type Invocation, type Ledger, told } from "./ledger.ts";
import { markIn } from "./marks.ts";
import { kindOf, objectOf, objectsOf, type Storage } from "./storage.ts";
import { type createStream, headerOf } from "./stream.ts";
import type { Time } from "./time.ts";

export type NetworkParts = {
  readonly time: Time;
  readonly ledger: Ledger;
  readonly stream: ReturnType<typeof createStream>;
  readonly storage: Storage;
  readonly faults: ReturnType<typeof createFaults>;
};

type Sender = { readonly invocation: Invocation; readonly containerMs: number };

/** Between the functions and the two servers: delays, loses and answers as each request's fate says. */
export function createNetwork({ time, ledger, stream, storage, faults }: NetworkParts) {
  const toExchange = (request: HttpRequest, { invocation, containerMs }: Sender, fate: Fate) => {
    const kind = kindOf(request);
    const record = kind === "produce" ? JSON.parse(String(request.body)) : {};
    const exchange: Exchange = {
      ...{ n: ledger.exchanges.length, kind, invocation, fate: fate.name, containerMs },
      ...{ startMs: time.now(), timeoutMs: request.timeoutMs },
      bytes: Buffer.byteLength(request.body),
      mark: kind === "produce" ? markIn(record.value, storage.claim) : "",
      key: record.key ?? "",
      topic: record.topic ?? "",
      signedMs: Number(headerOf(request, "x-ncp-apigw-timestamp")),
      object: kind === "produce" ? "" : objectOf(request),
      objects: kind === "produce" ? [] : objectsOf(request),
      ...{ letters: 0, lettersRead: [], endMs: undefined, known: undefined, status: undefined },
    };
    ledger.exchanges.push(exchange);
    invocation.exchanges.push(exchange);
    return exchange;
  };
  const act = (request: HttpRequest, exchange: Exchange): HttpResponse => {
    const served =
      exchange.kind === "produce"
        ? stream.serve(request, exchange, time.now())
        : storage.serve(request, time.now());
    if (exchange.kind === "get" && served.kind === "response" && served.status === 200) {
      exchange.lettersRead = storage.lettersIn(exchange.object);
      exchange.letters = exchange.lettersRead.length;
    }
    told(ledger, time.now(), () => `      #${exchange.n} acted on: ${toWords(served)}`);
    return served;
  };
  return (request: HttpRequest, sender: Sender): ReturnType<Transport> => {
    const fate = faults(time.now(), factsOf(request));
    const exchange = toExchange(request, sender, fate);
    const { invocation } = sender;
    const what =
      exchange.kind === "produce" ? `${exchange.mark} (${exchange.key})` : exchange.object;
    told(
      ledger,
      time.now(),
      () => `  ${invocation.n} #${exchange.n} ${exchange.kind} ${what}: ${fate.name}`,
    );
    let served: HttpResponse | undefined;
    if (fate.actsMs !== undefined) {
      time.after(fate.actsMs, () => {
        served = act(request, exchange);
      });
    }
    return new Promise((resolve) => {
      const hear = (heard: HttpResponse) => {
        exchange.endMs = time.now();
        if (invocation.alive) {
          exchange.status = heard.kind === "response" ? heard.status : undefined;
          exchange.known = knownOf(heard, isGenuine(heard, served, exchange));
          told(
            ledger,
            time.now(),
            () => `  ${invocation.n} #${exchange.n} hears ${toWords(heard)}`,
          );
          resolve(heard);
        }
      };
      if (fate.endsMs < request.timeoutMs) {
        time.after(fate.endsMs, () => hear(fate.ends(served)));
      } else {
        const { sent } = fate;
        const timeout = noAnswer({ sent, cause: "timeout", code: "ETIMEDOUT" });
        time.after(request.timeoutMs, () => hear(timeout));
      }
    });
  };
}

function factsOf(request: HttpRequest): Facts {
  if (kindOf(request) !== "produce") {
    return { side: "storage", topic: "", key: "", partition: -1 };
  }
  const { topic = "", key = "", partition = -1 } = JSON.parse(String(request.body));
  return { side: "stream", topic, key, partition };
}

/** A server's own good answer, whole; a lost or changed one acknowledges nothing. */
function isGenuine(
  heard: HttpResponse,
  served: HttpResponse | undefined,
  { kind }: Exchange,
): boolean {
  return heard === served || (kind !== "produce" && heard.kind === "response" && heard.body === "");
}

function toWords(heard: HttpResponse): string {
  return heard.kind === "response"
    ? `${heard.status} ${heard.body.slice(0, 60).replaceAll("\n", " ")}`
    : `${heard.code} (sent: ${heard.sent})`;
}
