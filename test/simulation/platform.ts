import type { Effects } from "../../lib/effects/effects.ts";
import type { Dice } from "./dice.ts";
import {
  addToTrace,
  type CallReply,
  type Invocation,
  type Ledger,
  type SimulatedFunction,
} from "./ledger.ts";
import type { createNetwork } from "./network.ts";
import type { Product } from "./product.ts";
import type { SimulatedTime } from "./time.ts";

type Bag = Readonly<Record<string, unknown>>;
export type AdapterName = "main" | "handler";
type Adapter = (event: Bag, settings: Bag, activation: Activation) => Promise<Bag>;

export type Activation = { readonly id: string; readonly remainingMs: number };

/** A warm process. It serves one call after the other, with one clock. */
type Container = {
  readonly offMs: number;
  readonly adapter: Adapter;
  current: Invocation | undefined;
  dead: boolean;
};

export type PlatformParts = {
  readonly product: Product;
  readonly time: SimulatedTime;
  readonly ledger: Ledger;
  readonly network: ReturnType<typeof createNetwork>;
  readonly dice: Dice;
  readonly adapterOf: Readonly<Record<SimulatedFunction, AdapterName>>;
  /** Draws the error of a new container's clock. */
  readonly drawOffMs: () => number;
};

/** Creates a promise for each caller: a shared promise would keep all of its callers in memory. */
const never = () => new Promise<never>(() => undefined);

export function createPlatform(parts: PlatformParts) {
  const { product, time, ledger, network, dice, adapterOf, drawOffMs } = parts;
  const idle = new Map<SimulatedFunction, Container[]>();
  let ids = 0;

  /** Returns the invocation that an effect belongs to, or undefined if its effects no longer count. */
  const enter = (container: Container): Invocation | undefined => {
    const invocation = container.current;
    if (container.dead) {
      return undefined;
    }
    if (invocation === undefined) {
      ledger.violations.push("after the answer: an effect was begun by a call that had ended");
      return undefined;
    }
    invocation.steps += 1;
    if (invocation.steps === invocation.killAtStep) {
      invocation.kill();
    }
    return invocation.alive ? invocation : undefined;
  };
  const toEffects = (of: () => Container): Effects => ({
    now: () => Math.floor(time.now()) + of().offMs,
    random: dice.random,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    sleep: (ms) => {
      const invocation = enter(of());
      return invocation === undefined
        ? never()
        : new Promise((resolve) => {
            time.after(ms, () => {
              if (invocation.alive) {
                resolve();
              }
            });
          });
    },
    transport: (request) => {
      const container = of();
      const invocation = enter(container);
      const containerMs = Math.floor(time.now()) + container.offMs;
      return invocation === undefined ? never() : network(request, { invocation, containerMs });
    },
    write: (line) => {
      if (of().current?.alive) {
        of().current?.lines.push(line);
      }
    },
  });
  const start = (name: SimulatedFunction): Container => {
    const offMs = drawOffMs();
    const effects = toEffects(() => container);
    const container: Container = {
      offMs,
      adapter: openAdapter({ product, effects, name, adapter: adapterOf[name] }),
      current: undefined,
      dead: false,
    };
    return container;
  };
  return {
    /** Returns a free container, usually a warm one. */
    take: (name: SimulatedFunction): Container =>
      (dice.chance(0.8) ? idle.get(name)?.pop() : undefined) ?? start(name),
    /** Runs one call. The result is undefined if the call is killed. */
    run: (container: Container, invocation: Invocation, call: () => Promise<Bag>) =>
      new Promise<Bag | undefined>((resolve) => {
        container.current = invocation;
        const end = (result: Bag | undefined) => {
          if (!invocation.alive) {
            return;
          }
          invocation.alive = false;
          invocation.endMs = time.now();
          container.current = undefined;
          if (result !== undefined) {
            idle.set(invocation.name, [...(idle.get(invocation.name) ?? []), container]);
          }
          resolve(result);
        };
        const kill = () => {
          if (invocation.alive) {
            addToTrace(ledger, time.now(), () => `  ${invocation.n} is killed`);
            invocation.killed = true;
            container.dead = true;
            end(undefined);
          }
        };
        invocation.kill = kill;
        call().then((result) => (invocation.losesReply ? kill() : end(result)), kill);
      }),
  };
}

type AdapterParts = {
  readonly product: Product;
  readonly effects: Effects;
  readonly name: SimulatedFunction;
  readonly adapter: AdapterName;
};

function openAdapter({ product, effects, name, adapter }: AdapterParts): Adapter {
  const handle = createFunction(product, effects, name);
  if (adapter === "main") {
    const main = product.onOpenWhisk(handle);
    return (event, settings, { id, remainingMs }) =>
      withEnvironment(
        { __OW_ACTIVATION_ID: id, __OW_DEADLINE: String(effects.now() + remainingMs) },
        () => main({ ...settings, ...event }),
      );
  }
  const handler = product.onLambda(handle, effects.now);
  return (event, settings, { id, remainingMs }) =>
    withEnvironment(toText(settings), () =>
      handler(event, { awsRequestId: id, getRemainingTimeInMillis: () => remainingMs }),
    ).catch((error: unknown) => ({ error: error instanceof Error ? error.message : "?" }));
}

function createFunction(product: Product, effects: Effects, name: SimulatedFunction) {
  switch (name) {
    case "webhook":
      return product.relay(product.webhook(), effects);
    case "bucket":
      return product.relay(product.bucket, effects);
    case "heartbeat":
      return product.relay(product.heartbeat, effects);
    case "redrive":
      return product.redrive(effects);
  }
}

/** Sets the environment for the call only: both platforms read it before they first wait. */
function withEnvironment<T>(environment: Record<string, string>, call: () => T): T {
  const before = process.env;
  process.env = environment;
  try {
    return call();
  } finally {
    process.env = before;
  }
}

function toText(settings: Bag): Record<string, string> {
  const entries = Object.entries(settings);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Reads the outcome of a call over HTTP. */
export function readReply({ statusCode, body }: Bag): CallReply {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  const status = Number(statusCode);
  const said = /"status":"(delivered|stored|ignored)"/.exec(text)?.[1];
  if (status === 200 && said !== undefined) {
    return { kind: said as CallReply["kind"], status, text };
  }
  return { kind: status < 500 ? "refused" : "failed", status, text };
}

/** Reads the outcome of a call that is not HTTP. */
export function readResult(result: Bag): CallReply {
  const text = JSON.stringify(result);
  if ("error" in result) {
    return { kind: "failed", status: 500, text };
  }
  return { kind: Number(result["stored"]) > 0 ? "stored" : "delivered", status: 200, text };
}
