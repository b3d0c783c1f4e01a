import { secretsInUse } from "../support/spoken.ts";
import type { Ledger, Message } from "./ledger.ts";
import type { Mark } from "./marks.ts";
import type { Scenario } from "./scenario.ts";
import { claimCheckBucket, type Storage } from "./storage.ts";

/** What has to be true when the faults are over and enough redrives have run. */

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

/** Everything that ever was a dead letter is on the topic, or aside where the API refuses it. */
function checkStored({ ledger, storage, scenario }: End): string[] {
  const refused = findRefused(ledger, scenario);
  const on = new Set(ledger.messages.map(({ mark }) => mark));
  const lost = [...ledger.everStored].filter((mark) =>
    refused.has(mark) ? !ledger.setAside.has(mark) : !on.has(mark),
  );
  return [
    ...lost.map((mark) => `stored: ${mark} was a dead letter and is lost`),
    ...[...ledger.setAside]
      .filter((mark) => !refused.has(mark))
      .map((mark) => `stored: ${mark === "" ? "something" : mark} was set aside without need`),
    ...storage.lettersLeft().map((name) => `stored: ${name} is still there`),
  ];
}

/** What can never be produced: only that is ever set aside. */
function findRefused({ happenings }: Ledger, { hasClaims }: Scenario): ReadonlySet<string> {
  const marks = happenings.flatMap(({ marks, bad }) =>
    marks.filter(({ poison, large }) => poison || (large && !hasClaims) || bad === 400),
  );
  return new Set(marks.map(({ mark }) => mark));
}

function checkRefused({ happenings, messages, everStored }: Ledger): string[] {
  const seen = new Set([...everStored, ...messages.map(({ mark }) => mark)]);
  return happenings
    .filter(({ bad }) => bad !== undefined)
    .flatMap(({ marks }) => marks.filter(({ mark }) => seen.has(mark)))
    .map(({ mark }) => `refused: ${mark} was refused and sent all the same`);
}

/** With partitions set: first occurrences of a call's records in their order, key by key. */
function checkOrder({ ledger: { happenings, messages }, scenario }: End): string[] {
  if (!scenario.hasPartitions) {
    return [];
  }
  const firstAt = new Map<string, number>();
  for (const [index, { mark }] of messages.entries()) {
    firstAt.set(mark, firstAt.get(mark) ?? index);
  }
  return happenings.flatMap(({ marks }) => {
    const lastOf = new Map<string, number>();
    return marks.flatMap(({ key, mark }) => {
      const at = firstAt.get(mark);
      const before = lastOf.get(key) ?? -1;
      lastOf.set(key, Math.max(before, at ?? -1));
      return at !== undefined && at < before ? [`order: ${mark} came before one ahead of it`] : [];
    });
  });
}

/** One id has one `data`, one record has one id, one key has one partition. */
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
      only("id of record", message.mark, id);
    }
    if (scenario.hasPartitions) {
      only("partition of key", `${message.topic} ${message.key}`, String(message.partition));
    }
  }
  return found;
}

function readEvent({ value }: Message): { readonly id: string | undefined; readonly data: string } {
  if (!value.startsWith('{"specversion"')) {
    return { id: undefined, data: "" };
  }
  const { id, data, datarefsha256 } = JSON.parse(value);
  // When a tick came is told beside which tick it is, and differs when it comes twice.
  const { firedAt: _firedAt, lateByMs: _lateByMs, ...rest } = data ?? {};
  return { id, data: JSON.stringify(rest) + (datarefsha256 ?? "") };
}

/** Each message is where it belongs and holds what was sent, byte for byte. */
function checkContent({ ledger: { happenings, messages }, storage }: End): string[] {
  const marks = new Map<string, Mark>();
  for (const mark of happenings.flatMap((happening) => happening.marks)) {
    marks.set(mark.mark, mark);
  }
  return messages.flatMap(({ mark, topic, key, value }) => {
    const sent = marks.get(mark);
    if (sent === undefined) {
      return [`content: a message of nobody's: ${value.slice(0, 80)}`];
    }
    const name = /"datarefname":"([^"]+)"/.exec(value)?.[1];
    const data = name === undefined ? value : storage.objects.get(`${claimCheckBucket}/${name}`);
    return [
      ...(topic === sent.topic && key === sent.key
        ? []
        : [`content: ${mark} is at ${topic} ${key}`]),
      ...(data?.includes(sent.text) ? [] : [`content: ${mark} is not what was sent`]),
    ];
  });
}

/** No secret anywhere; no body and no signature in what the functions say. */
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
    ...invocations.flatMap(({ happening, n }, index) =>
      (happening?.secrets ?? [])
        .filter((secret) => said[index]?.includes(secret))
        .map((secret) => `secrets: call ${n} says ${secret}`),
    ),
  ];
}
