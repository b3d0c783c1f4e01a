import { secretsInUse } from "../support/spoken.ts";
import type { ExpectedRecord } from "./expected-records.ts";
import type { Ledger, TopicMessage } from "./ledger.ts";
import type { Scenario } from "./scenario.ts";
import { claimCheckBucket, type Storage } from "./storage.ts";

/** Checks what has to be true after the faults, when enough redrives have run. */

export type End = {
  readonly ledger: Ledger;
  readonly scenario: Scenario;
  readonly storage: Storage;
};

export function checkEnd(end: End): string[] {
  return [
    ...checkStored(end),
    ...checkRefused(end.ledger),
    ...checkOrder(end),
    ...checkIdentity(end),
    ...checkContent(end),
    ...checkSecrets(end),
  ];
}

/** Every dead letter is on the topic in the end, or set aside if the API refuses it. */
function checkStored({ ledger, storage, scenario }: End): string[] {
  const refused = findRefused(ledger, scenario);
  const on = new Set(ledger.messages.map(({ recordId }) => recordId));
  const lost = [...ledger.everStored].filter((recordId) =>
    refused.has(recordId) ? !ledger.setAside.has(recordId) : !on.has(recordId),
  );
  return [
    ...lost.map((recordId) => `stored: ${recordId} was a dead letter and is lost`),
    ...[...ledger.setAside]
      .filter((recordId) => !refused.has(recordId))
      .map(
        (recordId) =>
          `stored: ${recordId === "" ? "something" : recordId} was set aside without need`,
      ),
    ...storage.deadLettersLeft().map((name) => `stored: ${name} is still there`),
  ];
}

/** Returns the records that can never be produced. Only they may be set aside. */
function findRefused({ workloadEvents }: Ledger, { hasClaims }: Scenario): ReadonlySet<string> {
  const expected = workloadEvents.flatMap(({ expected, bad }) =>
    expected.filter(({ poison, large }) => poison || (large && !hasClaims) || bad === 400),
  );
  return new Set(expected.map(({ recordId }) => recordId));
}

function checkRefused({ workloadEvents, messages, everStored }: Ledger): string[] {
  const seen = new Set([...everStored, ...messages.map(({ recordId }) => recordId)]);
  return workloadEvents
    .filter(({ bad }) => bad !== undefined)
    .flatMap(({ expected }) => expected.filter(({ recordId }) => seen.has(recordId)))
    .map(({ recordId }) => `refused: ${recordId} was refused and sent all the same`);
}

/** If partitions are set, the first occurrences of a call's records are in order, key by key. */
function checkOrder({ ledger: { workloadEvents, messages }, scenario }: End): string[] {
  if (!scenario.hasPartitions) {
    return [];
  }
  const firstAt = new Map<string, number>();
  for (const [index, { recordId }] of messages.entries()) {
    firstAt.set(recordId, firstAt.get(recordId) ?? index);
  }
  return workloadEvents.flatMap(({ expected }) => {
    const lastOf = new Map<string, number>();
    return expected.flatMap(({ key, recordId }) => {
      const at = firstAt.get(recordId);
      const before = lastOf.get(key) ?? -1;
      lastOf.set(key, Math.max(before, at ?? -1));
      return at !== undefined && at < before
        ? [`order: ${recordId} came before one ahead of it`]
        : [];
    });
  });
}

/** One id has one `data`, one record has one id, and one key has one partition. */
function checkIdentity({ ledger: { messages }, scenario }: End): string[] {
  const found: string[] = [];
  const seen = new Map<string, string>();
  const only = (what: string, name: string, value: string) => {
    const before = seen.get(`${what} ${name}`) ?? value;
    seen.set(`${what} ${name}`, before);
    found.push(...(before === value ? [] : [`identity: ${what} ${name}: ${before}, and ${value}`]));
  };
  for (const message of messages) {
    const { id, data } = readEvent(message);
    if (id !== undefined) {
      only("data of id", id, data);
      only("id of record", message.recordId, id);
    }
    if (scenario.hasPartitions) {
      only("partition of key", `${message.topic} ${message.key}`, String(message.partition));
    }
  }
  return found;
}

function readEvent({ value }: TopicMessage): {
  readonly id: string | undefined;
  readonly data: string;
} {
  if (!value.startsWith('{"specversion"')) {
    return { id: undefined, data: "" };
  }
  const { id, data, datarefsha256 } = JSON.parse(value);
  // The time at which a tick fired differs when the tick comes twice, so it does not count here.
  const { firedAt: _firedAt, lateByMs: _lateByMs, ...rest } = data ?? {};
  return { id, data: JSON.stringify(rest) + (datarefsha256 ?? "") };
}

/** Each message is on its topic under its key and contains what was sent, byte for byte. */
function checkContent({ ledger: { workloadEvents, messages }, storage }: End): string[] {
  const expected = new Map<string, ExpectedRecord>();
  for (const recordId of workloadEvents.flatMap((workloadEvent) => workloadEvent.expected)) {
    expected.set(recordId.recordId, recordId);
  }
  return messages.flatMap(({ recordId, topic, key, value }) => {
    const sent = expected.get(recordId);
    if (sent === undefined) {
      return [`content: a message of nobody's: ${value.slice(0, 80)}`];
    }
    const name = /"datarefname":"([^"]+)"/.exec(value)?.[1];
    const data = name === undefined ? value : storage.objects.get(`${claimCheckBucket}/${name}`);
    return [
      ...(topic === sent.topic && key === sent.key
        ? []
        : [`content: ${recordId} is at ${topic} ${key}`]),
      ...(data?.includes(sent.text) ? [] : [`content: ${recordId} is not what was sent`]),
    ];
  });
}

/** No secret appears anywhere. No body and no signature appears in the functions' output. */
function checkSecrets({ ledger, storage }: End): string[] {
  const { invocations, messages } = ledger;
  const said = invocations.map(({ lines, answer }) => `${lines.join("\n")}\n${answer?.text}`);
  const kept = [
    ...messages.map(({ key, value }) => key + value),
    ...[...storage.objects].map(([name, body]) => name + body),
  ];
  const everything = [...said, ...kept].join("\n");
  const secrets = Object.entries(secretsInUse).filter(([, secret]) => everything.includes(secret));
  return [
    ...secrets.map(([name]) => `secrets: ${name} was said`),
    ...invocations.flatMap(({ workloadEvent, n }, index) =>
      (workloadEvent?.secrets ?? [])
        .filter((secret) => said[index]?.includes(secret))
        .map((secret) => `secrets: call ${n} says ${secret}`),
    ),
  ];
}
