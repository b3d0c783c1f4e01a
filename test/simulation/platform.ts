import type { Effects } from "../../lib/effects/effects.ts";
import type { Dice } from "./dice.ts";
import { type Answer, type FunctionName, type Invocation, type Ledger, told } from "./ledger.ts";
import type { createNetwork } from "./network.ts";
import type { Product } from "./product.ts";
import type { Time } from "./time.ts";

type Bag = Readonly<Record<string, unknown>>;
export type DoorName = "main" | "handler";
type Door = (event: Bag, settings: Bag, activation: Activation) => Promise<Bag>;

export type Activation = { readonly id: string; readonly remainingMs: number };

/** A warm process: it serves one call after the other, with one clock. */
type Container = {
  readonly offMs: number;
  readonly door: Door;
  current: Invocation | undefined;
  dead: boolean;
};

export type PlatformParts = {
  readonly product: Product;
  readonly time: Time;
  readonly ledger: Ledger;
  readonly network: ReturnType<typeof createNetwork>;
  readonly dice: Dice;
  readonly doorOf: Readonly<Record<FunctionName, DoorName>>;
  /** How wrong a new container's clock is. */
  readonly drawOffMs: () => number;
};

/** One for each that waits: a single one would hold all of them for ever. */
const never = () => new Promise<never>(() => undefined);

export function createPlatform(parts: PlatformParts) {
  const { product, time, ledger, network, dice, doorOf, drawOffMs } = parts;
  const idle = new Map<FunctionName, Container[]>();
  let ids = 0;

  /** The invocation that an effect belongs to, or undefined when nothing of it may happen any more. */
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
  const start = (name: FunctionName): Container => {
    const offMs = drawOffMs();
    const effects = toEffects(() => container);
    const container: Container = {
      offMs,
      door: openDoor({ product, effects, name, door: doorOf[name] }),
      current: undefined,
      dead: false,
    };
    return container;
  };
  return {
    /** A container that is free: most often a warm one. */
    take: (name: FunctionName): Container =>
      (dice.chance(0.8) ? idle.get(name)?.pop() : undefined) ?? start(name),
    /** Runs one call; the answer is `none` when it is killed. */
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
            told(ledger, time.now(), () => `  ${invocation.n} is killed`);
            invocation.killed = true;
            container.dead = true;
            end(undefined);
          }
        };
        invocation.kill = kill;
        call().then((result) => (invocation.losesAnswer ? kill() : end(result)), kill);
      }),
  };
}

type Wiring = {
  readonly product: Product;
  readonly effects: Effects;
  readonly name: FunctionName;
  readonly door: DoorName;
};

function openDoor({ product, effects, name, door }: Wiring): Door {
  const handle = toHandle(product, effects, name);
  if (door === "main") {
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

function toHandle(product: Product, effects: Effects, name: FunctionName) {
  switch (name) {
    case "webhook":
      return product.relay(product.webhook, effects);
    case "bucket":
      return product.relay(product.bucket, effects);
    case "heartbeat":
      return product.relay(product.heartbeat, effects);
    case "redrive":
      return product.redrive(effects);
  }
}

/** Both platforms read the environment before they first wait. */
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

/** What a call over HTTP came to. */
export function readReply({ statusCode, body }: Bag): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  const status = Number(statusCode);
  const said = /"status":"(delivered|stored|ignored)"/.exec(text)?.[1];
  if (status === 200 && said !== undefined) {
    return { kind: said as Answer["kind"], status, text };
  }
  return { kind: status < 500 ? "refused" : "failed", status, text };
}

/** What a call that is not HTTP came to. */
export function readResult(result: Bag): Answer {
  const text = JSON.stringify(result);
  if ("error" in result) {
    return { kind: "failed", status: 500, text };
  }
  return { kind: Number(result["stored"]) > 0 ? "stored" : "delivered", status: 200, text };
}
