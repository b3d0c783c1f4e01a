import { toPayloadV2, toUpstreamParameters } from "../support/calls.ts";
import type { Dice } from "./dice.ts";
import { drawNotification, type EventCall, toTick } from "./events.ts";
import { checkReply } from "./invariants.ts";
import {
  addToTrace,
  type CallReply,
  type Invocation,
  type Ledger,
  type SimulatedFunction,
  type WorkloadEvent,
} from "./ledger.ts";
import { type createPlatform, readReply, readResult } from "./platform.ts";
import type { Scenario } from "./scenario.ts";
import { type Delivery, drawDelivery, senderTimeoutMsOf } from "./sources.ts";
import type { Storage } from "./storage.ts";
import { topics } from "./stream.ts";
import type { SimulatedTime } from "./time.ts";

export type WorkloadParts = {
  readonly time: SimulatedTime;
  readonly ledger: Ledger;
  readonly platform: ReturnType<typeof createPlatform>;
  readonly storage: Storage;
  readonly scenario: Scenario;
  readonly dice: Dice;
};

type Bag = Readonly<Record<string, unknown>>;
type Container = ReturnType<WorkloadParts["platform"]["take"]>;

type InvocationInput = { readonly workloadEvent: WorkloadEvent | undefined; readonly event: Bag };

const none: CallReply = { kind: "none", status: 0, text: "" };
const defaultMs = { webhook: 9_000, bucket: 45_000, heartbeat: 45_000, redrive: 45_000 };
/** All late requests arrive within this time. */
const quietMs = 60_000;

/** Creates what happens outside the functions: senders, uploads, ticks, and the cron that redrives. */
export function createWorkload({ time, ledger, platform, storage, scenario, dice }: WorkloadParts) {
  const { settings, adapterOf, faultWindow, senders } = scenario;
  const areFaultsOver = () => time.now() >= faultWindow.toMs;
  const wait = (ms: number) => new Promise<void>((resolve) => time.after(ms, resolve));

  /** Draws whether and when a call is killed: at one of its effects, at a time, or before its reply. */
  const drawKill = () =>
    !areFaultsOver() && dice.chance(scenario.killRate)
      ? dice.oneOf(["step", "time", "answer"] as const)
      : undefined;

  const toInvocation = (
    name: SimulatedFunction,
    workloadEvent: WorkloadEvent | undefined,
    { container, remainingMs }: { readonly container: Container; readonly remainingMs: number },
  ): Invocation => {
    const waitsMs = (senderTimeoutMsOf[workloadEvent?.source ?? ""] ?? Infinity) - 500;
    const ownMs = Math.min(scenario.deliveryMs ?? defaultMs[name], waitsMs, remainingMs);
    const killPoint = drawKill();
    const invocation: Invocation = {
      ...{ n: ledger.invocations.length, name, workloadEvent, startMs: time.now() },
      deadlineMs: time.now() + ownMs,
      hasReserve: name === "redrive" || scenario.hasDeadLetters,
      clockOffMs: container.offMs,
      ...{ lines: [], exchanges: [], alive: true, killed: false, steps: 0 },
      ...{ endMs: undefined, answer: undefined, kill: () => undefined },
      killAtStep: killPoint === "step" ? dice.between(1, 12) : Infinity,
      losesReply: killPoint === "answer",
    };
    if (killPoint === "time") {
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
    name: SimulatedFunction,
    toInput: (container: Container) => InvocationInput,
  ): Promise<CallReply> => {
    const container = platform.take(name);
    const { workloadEvent, event } = toInput(container);
    const remainingMs = dice.oneOf([60_000, 60_000, 20_000, 6_000]);
    const invocation = toInvocation(name, workloadEvent, { container, remainingMs });
    const expected = workloadEvent?.expected.map(({ recordId }) => recordId).join(" ") ?? "";
    addToTrace(
      ledger,
      time.now(),
      () => `${invocation.n} ${name} ${workloadEvent?.source ?? ""} begins: ${expected}`,
    );
    const given = areFaultsOver()
      ? topics
      : Object.fromEntries(scenario.topicsAtFirst.map((t) => [t, 0]));
    const all = { ...settings, REDRIVE_TOPICS: Object.keys(given) };
    const id = workloadEvent === undefined ? `run-${invocation.n}` : `call-${workloadEvent.n}`;
    const result = await platform.run(container, invocation, () =>
      container.adapter(event, all, { id, remainingMs }),
    );
    const read = name === "webhook" ? readReply : readResult;
    const answer = result === undefined ? none : read(result);
    invocation.answer = answer;
    addToTrace(
      ledger,
      time.now(),
      () => `${invocation.n} ${name} ends: ${answer.kind} ${answer.text}`,
    );
    ledger.violations.push(...checkReply(invocation, ledger, scenario));
    return answer;
  };

  const send = async (delivery: Delivery): Promise<CallReply> => {
    const toForm = adapterOf.webhook === "main" ? toUpstreamParameters : toPayloadV2;
    for (;;) {
      delivery.tries += 1;
      const call = delivery.toCall(time.now());
      const answered = invoke("webhook", () => ({
        workloadEvent: delivery,
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

  /** A Lambda-shaped platform repeats a failed call up to twice. NAVER Cloud does not. */
  const notify = async (name: "bucket" | "heartbeat", eventCall: EventCall): Promise<CallReply> => {
    ledger.workloadEvents.push(eventCall);
    const triesMax = adapterOf[name] === "handler" ? 3 : 1;
    for (;;) {
      eventCall.tries += 1;
      const answer = await invoke(name, () => ({
        workloadEvent: eventCall,
        event: eventCall.event,
      }));
      if (!["failed", "none"].includes(answer.kind) || eventCall.tries >= triesMax) {
        return answer;
      }
      await wait(senders.againMs);
    }
  };

  const tick = async (): Promise<void> => {
    const n = ledger.workloadEvents.length;
    if (adapterOf.heartbeat === "handler") {
      await notify("heartbeat", toTick(n, "handler", time.now()));
      return;
    }
    await invokeTick(n);
  };
  /** If a tick names no time, the receiver's clock decides which tick it is. */
  const invokeTick = (n: number): Promise<CallReply> =>
    invoke("heartbeat", ({ offMs }) => {
      const eventCall = toTick(n, "main", time.now() + offMs);
      ledger.workloadEvents.push(eventCall);
      return { workloadEvent: eventCall, event: eventCall.event };
    });
  const redriveOnce = async (): Promise<void> => {
    const before = storage
      .deadLettersLeft()
      .map((name) => [name, storage.versionOf(name)] as const);
    const { kind, text } = await invoke("redrive", () => ({ workloadEvent: undefined, event: {} }));
    const left = before.filter(([name, version]) => storage.versionOf(name) === version);
    if (kind !== "none" && left.length > 0 && /"oldestAgeSeconds":0\b/.test(text)) {
      ledger.violations.push(`age: a redrive says that none is left, and ${left[0]?.[0]} is`);
    }
  };

  const scheduleRedrives = (): void => {
    for (let atMs = faultWindow.fromMs; atMs < faultWindow.toMs; atMs += scenario.redriveEveryMs) {
      time.at(atMs, () => void redriveOnce());
      if (dice.chance(scenario.pairRate)) {
        time.at(atMs + dice.between(0, 3_000), () => void redriveOnce());
      }
    }
  };
  return {
    begin: (): void => {
      const someTime = () => dice.between(faultWindow.fromMs, faultWindow.toMs);
      const numbers = Array.from({ length: scenario.deliveries }, (_, n) => n);
      for (const n of numbers) {
        const delivery = drawDelivery(dice, n, scenario.hasLarge);
        ledger.workloadEvents.push(delivery);
        time.at(someTime(), () => void send(delivery));
      }
      for (let left = scenario.notifications; left > 0; left -= 1) {
        const eventCall = drawNotification(dice, 1_000 + left);
        time.at(someTime(), () => void notify("bucket", eventCall));
      }
      for (let left = scenario.ticks; left > 0; left -= 1) {
        time.at(someTime(), () => void tick());
      }
      if (scenario.hasDeadLetters) {
        scheduleRedrives();
      }
      time.at(faultWindow.toMs + quietMs, () => undefined);
    },
    /** Without faults an event is delivered, whatever happened before. */
    probe: async (): Promise<void> => {
      const drawn = drawNotification(dice, 2_000);
      const answered = notify("bucket", drawn);
      await time.run();
      const { kind, text } = await answered;
      if (kind !== "delivered" && !drawn.expected.some(({ poison }) => poison)) {
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
