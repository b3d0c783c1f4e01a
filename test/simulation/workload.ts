import { toPayloadV2, toUpstreamParameters } from "../support/calls.ts";
import type { Dice } from "./dice.ts";
import { drawNotification, type Notice, toTick } from "./events.ts";
import { checkAnswer } from "./invariants.ts";
import {
  type Answer,
  type FunctionName,
  type Happening,
  type Invocation,
  type Ledger,
  told,
} from "./ledger.ts";
import { type createPlatform, readReply, readResult } from "./platform.ts";
import type { Scenario } from "./scenario.ts";
import { answerMsMaxOf, type Delivery, drawDelivery } from "./sources.ts";
import type { Storage } from "./storage.ts";
import { topics } from "./stream.ts";
import type { Time } from "./time.ts";

export type LifeParts = {
  readonly time: Time;
  readonly ledger: Ledger;
  readonly platform: ReturnType<typeof createPlatform>;
  readonly storage: Storage;
  readonly scenario: Scenario;
  readonly dice: Dice;
};

type Bag = Readonly<Record<string, unknown>>;
type Container = ReturnType<LifeParts["platform"]["take"]>;

type Waker = { readonly happening: Happening | undefined; readonly event: Bag };

const none: Answer = { kind: "none", status: 0, text: "" };
const defaultMs = { webhook: 9_000, bucket: 45_000, heartbeat: 45_000, redrive: 45_000 };
/** Late requests arrive before this is over. */
const calmMs = 60_000;

/** What happens outside the functions: senders, uploads, ticks, and the cron that redrives. */
export function createLife({ time, ledger, platform, storage, scenario, dice }: LifeParts) {
  const { settings, doorOf, weather, senders } = scenario;
  const isFair = () => time.now() >= weather.toMs;
  const wait = (ms: number) => new Promise<void>((resolve) => time.after(ms, resolve));

  /** Whether and when a call is killed: at one of its effects, at a time, or before its answer. */
  const drawDeath = () =>
    !isFair() && dice.chance(scenario.killRate)
      ? dice.oneOf(["step", "time", "answer"] as const)
      : undefined;

  const toInvocation = (
    name: FunctionName,
    happening: Happening | undefined,
    { container, remainingMs }: { readonly container: Container; readonly remainingMs: number },
  ): Invocation => {
    const waitsMs = (answerMsMaxOf[happening?.source ?? ""] ?? Infinity) - 500;
    const ownMs = Math.min(scenario.deliveryMs ?? defaultMs[name], waitsMs, remainingMs);
    const death = drawDeath();
    const invocation: Invocation = {
      ...{ n: ledger.invocations.length, name, happening, startMs: time.now() },
      deadlineMs: time.now() + ownMs,
      hasReserve: name === "redrive" || scenario.hasLetters,
      clockOffMs: container.offMs,
      ...{ lines: [], exchanges: [], alive: true, killed: false, steps: 0 },
      ...{ endMs: undefined, answer: undefined, kill: () => undefined },
      killAtStep: death === "step" ? dice.between(1, 12) : Infinity,
      losesAnswer: death === "answer",
    };
    if (death === "time") {
      time.after(dice.between(0, 5_000), () => invocation.kill());
    }
    time.after(remainingMs, () => {
      if (invocation.alive) {
        ledger.violations.push(`deadline: call ${invocation.n} (${name}) outlived the platform's`);
        invocation.kill();
      }
    });
    ledger.invocations.push(invocation);
    return invocation;
  };

  const invoke = async (
    name: FunctionName,
    toWaker: (container: Container) => Waker,
  ): Promise<Answer> => {
    const container = platform.take(name);
    const { happening, event } = toWaker(container);
    const remainingMs = dice.oneOf([60_000, 60_000, 20_000, 6_000]);
    const invocation = toInvocation(name, happening, { container, remainingMs });
    const marks = happening?.marks.map(({ mark }) => mark).join(" ") ?? "";
    told(
      ledger,
      time.now(),
      () => `${invocation.n} ${name} ${happening?.source ?? ""} begins: ${marks}`,
    );
    const given = isFair() ? topics : Object.fromEntries(scenario.topicsAtFirst.map((t) => [t, 0]));
    const all = { ...settings, REDRIVE_TOPICS: Object.keys(given) };
    const id = happening === undefined ? `run-${invocation.n}` : `call-${happening.n}`;
    const result = await platform.run(container, invocation, () =>
      container.door(event, all, { id, remainingMs }),
    );
    const read = name === "webhook" ? readReply : readResult;
    const answer = result === undefined ? none : read(result);
    invocation.answer = answer;
    told(ledger, time.now(), () => `${invocation.n} ${name} ends: ${answer.kind} ${answer.text}`);
    ledger.violations.push(...checkAnswer(invocation, ledger, scenario));
    return answer;
  };

  const send = async (delivery: Delivery): Promise<Answer> => {
    const toForm = doorOf.webhook === "main" ? toUpstreamParameters : toPayloadV2;
    for (;;) {
      delivery.tries += 1;
      const call = delivery.toCall(time.now());
      const answered = invoke("webhook", () => ({
        happening: delivery,
        event: toForm(call),
      }));
      const inTime = await Promise.race([answered, wait(senders.patienceMs).then(() => none)]);
      const isOver = inTime.kind !== "failed" && inTime.kind !== "none";
      if (isOver || delivery.tries >= senders.triesMax) {
        return inTime;
      }
      await wait(senders.againMs);
    }
  };

  /** A Lambda-shaped platform runs a failed call up to twice again; NAVER Cloud does not. */
  const notify = async (name: "bucket" | "heartbeat", notice: Notice): Promise<Answer> => {
    ledger.happenings.push(notice);
    const triesMax = doorOf[name] === "handler" ? 3 : 1;
    for (;;) {
      notice.tries += 1;
      const answer = await invoke(name, () => ({ happening: notice, event: notice.event }));
      if (!["failed", "none"].includes(answer.kind) || notice.tries >= triesMax) {
        return answer;
      }
      await wait(senders.againMs);
    }
  };

  const tick = async (): Promise<void> => {
    const n = ledger.happenings.length;
    if (doorOf.heartbeat === "handler") {
      await notify("heartbeat", toTick(n, "handler", time.now()));
      return;
    }
    await invokeTick(n);
  };
  /** Where the tick names no time, which tick it is depends on the clock of the one that gets it. */
  const invokeTick = (n: number): Promise<Answer> =>
    invoke("heartbeat", ({ offMs }) => {
      const notice = toTick(n, "main", time.now() + offMs);
      ledger.happenings.push(notice);
      return { happening: notice, event: notice.event };
    });
  const redriveOnce = async (): Promise<void> => {
    const before = storage.lettersLeft().map((name) => [name, storage.versionOf(name)] as const);
    const { kind, text } = await invoke("redrive", () => ({ happening: undefined, event: {} }));
    const left = before.filter(([name, version]) => storage.versionOf(name) === version);
    if (kind !== "none" && left.length > 0 && /"oldestAgeSeconds":0\b/.test(text)) {
      ledger.violations.push(`age: a redrive says that none is left, and ${left[0]?.[0]} is`);
    }
  };

  const scheduleRedrives = (): void => {
    for (let atMs = weather.fromMs; atMs < weather.toMs; atMs += scenario.redriveEveryMs) {
      time.at(atMs, () => void redriveOnce());
      if (dice.chance(scenario.pairRate)) {
        time.at(atMs + dice.between(0, 3_000), () => void redriveOnce());
      }
    }
  };
  return {
    begin: (): void => {
      const someTime = () => dice.between(weather.fromMs, weather.toMs);
      const numbers = Array.from({ length: scenario.deliveries }, (_, n) => n);
      for (const n of numbers) {
        const delivery = drawDelivery(dice, n, scenario.hasLarge);
        ledger.happenings.push(delivery);
        time.at(someTime(), () => void send(delivery));
      }
      for (let left = scenario.notifications; left > 0; left -= 1) {
        const notice = drawNotification(dice, 1_000 + left);
        time.at(someTime(), () => void notify("bucket", notice));
      }
      for (let left = scenario.ticks; left > 0; left -= 1) {
        time.at(someTime(), () => void tick());
      }
      if (scenario.hasLetters) {
        scheduleRedrives();
      }
      time.at(weather.toMs + calmMs, () => undefined);
    },
    /** In fair weather an event is delivered, whatever came before. */
    probe: async (): Promise<void> => {
      const drawn = drawNotification(dice, 2_000);
      const answered = notify("bucket", drawn);
      await time.run();
      const { kind, text } = await answered;
      if (kind !== "delivered" && !drawn.marks.some(({ poison }) => poison)) {
        ledger.violations.push(`fair weather: a notification ends as ${kind}: ${text}`);
      }
    },
    redriveOnce: async (): Promise<void> => {
      const answered = redriveOnce();
      await time.run();
      await answered;
    },
  };
}
