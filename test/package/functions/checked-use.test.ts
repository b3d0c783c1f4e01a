import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  bucket,
  event,
  onEveryPlatform,
  onFetch,
  onLambda,
  onOpenWhisk,
  redrive,
  relay,
  systemEffects,
  webEffects,
  webhook,
} from "../../../package/index.ts";

/** Calls as untyped code makes them: the compiler refuses each of them. */
type Untyped = (...given: readonly unknown[]) => unknown;
const untyped = (called: unknown) => called as Untyped;
const page = " (page: node_modules/datastream-relay/docs/package.md#functions)";
const noTrigger = "relay needs a trigger: webhook(), bucket, heartbeat, event() or your own";
const all = "now, sleep, random, newId, transport, write";
const { write: _, ...withoutWrite } = systemEffects;

describe("a wrong use of the package", () => {
  test.for<[string, Untyped, readonly unknown[], string]>([
    ["relay()", untyped(relay), [], noTrigger],
    ["relay(null)", untyped(relay), [null, systemEffects], noTrigger],
    ["relay(webhook) without its call", untyped(relay), [webhook, systemEffects], noTrigger],
    ["relay(redrive)", untyped(relay), [redrive, systemEffects], noTrigger],
    ["relay({})", untyped(relay), [{}, systemEffects], noTrigger],
    [
      "relay without effects",
      untyped(relay),
      [webhook()],
      `relay needs effects: systemEffects or webEffects. Missing: ${all}`,
    ],
    [
      "relay with effects of which one is missing",
      untyped(relay),
      [bucket, withoutWrite],
      "relay needs effects: systemEffects or webEffects. Missing: write",
    ],
    [
      "redrive()",
      untyped(redrive),
      [],
      `redrive needs effects: systemEffects or webEffects. Missing: ${all}`,
    ],
    ...[onEveryPlatform, onOpenWhisk, onLambda, onFetch].flatMap((adapter) =>
      [undefined, webhook(), redrive, {}].map(
        (given): [string, Untyped, readonly unknown[], string] => [
          `${adapter.name}(${typeof given})`,
          untyped(adapter),
          [given],
          `${adapter.name} needs a handler, which relay(…) and redrive(…) return`,
        ],
      ),
    ),
    ...[null, 5, { schema: {} }].map((given): [string, Untyped, readonly unknown[], string] => [
      `webhook(${JSON.stringify(given)})`,
      untyped(webhook),
      [given],
      "webhook takes an object with one option, schemas",
    ]),
    ...[5, null, { orders: 5 }, { orders: {} }, [1]].map(
      (schemas): [string, Untyped, readonly unknown[], string] => [
        `webhook({ schemas: ${JSON.stringify(schemas)} })`,
        untyped(webhook),
        [{ schemas }],
        "schemas of webhook must be Standard Schemas by the names of sources",
      ],
    ),
    ["event(null)", untyped(event), [null], "event takes an object with one option, schema"],
    [
      "event({ schemas })",
      untyped(event),
      [{ schemas: {} }],
      "event takes an object with one option, schema",
    ],
    [
      "event({ schema: 5 })",
      untyped(event),
      [{ schema: 5 }],
      "schema of event must be a Standard Schema",
    ],
  ])("%s throws a TypeError that says what is needed, and the page", ([, called, given, text]) => {
    expect(() => called(...given)).toThrow(
      expect.objectContaining({ name: "TypeError", message: text + page }),
    );
  });
});

describe("a right use of the package", () => {
  test("triggers with and without schemas, and both sets of effects, are taken", () => {
    const schema = z.object({ total: z.number() });
    const handlers = [
      relay(webhook(), systemEffects),
      relay(webhook({ schemas: { orders: schema } }), webEffects),
      relay(event(), systemEffects),
      relay(event({ schema }), systemEffects),
      relay(bucket, systemEffects),
      redrive(systemEffects),
    ];

    for (const handle of handlers) {
      expect(Object.keys(onEveryPlatform(handle))).toEqual(["main", "handler", "fetch"]);
      expect(onOpenWhisk(handle)).toHaveProperty("definition.name");
      expect([typeof onLambda(handle), typeof onFetch(handle)]).toEqual(["function", "function"]);
    }
  });
});
