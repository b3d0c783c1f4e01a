import type { HttpRequest, HttpResponse, Transport } from "../../lib/effects/transport.ts";
import { noAnswer } from "../support/harness.ts";
import { recordIdIn } from "./expected-records.ts";
import { type createFaults, knownOf, type RequestFacts, type RequestOutcome } from "./faults.ts";
import { addToTrace, type Exchange, type Invocation, type Ledger } from "./ledger.ts";
import { kindOf, objectOf, objectsOf, type Storage } from "./storage.ts";
import { type createStream, requestHeader } from "./stream.ts";
import type { SimulatedTime } from "./time.ts";

export type NetworkParts = {
  readonly time: SimulatedTime;
  readonly ledger: Ledger;
  readonly stream: ReturnType<typeof createStream>;
  readonly storage: Storage;
  readonly faults: ReturnType<typeof createFaults>;
};

type RequestContext = { readonly invocation: Invocation; readonly containerMs: number };

/**
 * Connects the functions with the two servers. It delays, loses and answers each request as its drawn
 * outcome says.
 */
export function createNetwork({ time, ledger, stream, storage, faults }: NetworkParts) {
  const toExchange = (
    request: HttpRequest,
    { invocation, containerMs }: RequestContext,
    outcome: RequestOutcome,
  ) => {
    const kind = kindOf(request);
    const record = kind === "produce" ? JSON.parse(String(request.body)) : {};
    const exchange: Exchange = {
      ...{ n: ledger.exchanges.length, kind, invocation, outcome: outcome.name, containerMs },
      ...{ startMs: time.now(), timeoutMs: request.timeoutMs },
      bytes: Buffer.byteLength(request.body),
      recordId: kind === "produce" ? recordIdIn(record.value, storage.claim) : "",
      key: record.key ?? "",
      topic: record.topic ?? "",
      signedMs: Number(requestHeader(request, "x-ncp-apigw-timestamp")),
      object: kind === "produce" ? "" : objectOf(request),
      objects: kind === "produce" ? [] : objectsOf(request),
      ...{
        deadLetters: 0,
        deadLettersRead: [],
        endMs: undefined,
        known: undefined,
        status: undefined,
      },
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
      exchange.deadLettersRead = storage.deadLettersIn(exchange.object);
      exchange.deadLetters = exchange.deadLettersRead.length;
    }
    addToTrace(ledger, time.now(), () => `      #${exchange.n} acted on: ${describe(served)}`);
    return served;
  };
  return (request: HttpRequest, sender: RequestContext): ReturnType<Transport> => {
    const outcome = faults(time.now(), factsOf(request));
    const exchange = toExchange(request, sender, outcome);
    const { invocation } = sender;
    const what =
      exchange.kind === "produce" ? `${exchange.recordId} (${exchange.key})` : exchange.object;
    addToTrace(
      ledger,
      time.now(),
      () => `  ${invocation.n} #${exchange.n} ${exchange.kind} ${what}: ${outcome.name}`,
    );
    let served: HttpResponse | undefined;
    if (outcome.actsMs !== undefined) {
      time.after(outcome.actsMs, () => {
        served = act(request, exchange);
      });
    }
    return new Promise((resolve) => {
      const receive = (received: HttpResponse) => {
        exchange.endMs = time.now();
        if (invocation.alive) {
          exchange.status = received.kind === "response" ? received.status : undefined;
          exchange.known = knownOf(received, isGenuine(received, served, exchange));
          addToTrace(
            ledger,
            time.now(),
            () => `  ${invocation.n} #${exchange.n} hears ${describe(received)}`,
          );
          resolve(received);
        }
      };
      if (outcome.endsMs < request.timeoutMs) {
        time.after(outcome.endsMs, () => receive(outcome.ends(served)));
      } else {
        const { sent } = outcome;
        const timeout = noAnswer({ sent, cause: "timeout", code: "ETIMEDOUT" });
        time.after(request.timeoutMs, () => receive(timeout));
      }
    });
  };
}

function factsOf(request: HttpRequest): RequestFacts {
  if (kindOf(request) !== "produce") {
    return { side: "storage", topic: "", key: "", partition: -1 };
  }
  const { topic = "", key = "", partition = -1 } = JSON.parse(String(request.body));
  return { side: "stream", topic, key, partition };
}

/** Returns whether a response is the server's own and whole. A lost or changed one acknowledges nothing. */
function isGenuine(
  received: HttpResponse,
  served: HttpResponse | undefined,
  { kind }: Exchange,
): boolean {
  return (
    received === served ||
    (kind !== "produce" && received.kind === "response" && received.body === "")
  );
}

function describe(received: HttpResponse): string {
  return received.kind === "response"
    ? `${received.status} ${received.body.slice(0, 60).replaceAll("\n", " ")}`
    : `${received.code} (sent: ${received.sent})`;
}
