import { expect, test, vi } from "vitest";
import type { InvocationEvent } from "../../lib/model/call.ts";
import type { Trigger } from "../../lib/model/function-definition.ts";
import { parseFields, required } from "../../lib/settings/fields.ts";
import { topicName } from "../../lib/settings/rules.ts";
import { openAdapters, produced, stubSettings } from "../support/adapters.ts";
import { createHarness } from "../support/harness.ts";
import { streamSettings } from "../support/settings.ts";

type Invoice = { readonly INVOICE_TOPIC: string };

/** A user's own trigger, with a setting that is not in the project's list. */
const invoice: Trigger<InvocationEvent, Invoice> = {
  name: "invoice",
  accepts: "invocation",
  deliveryTimeoutMs: 1_000,
  settings: ["INVOICE_TOPIC"],
  parse: (settings) => parseFields(settings, { INVOICE_TOPIC: required(topicName) }),
  targets: () => [],
  warnings: () => [],
  map: (_, { INVOICE_TOPIC: topic }) => {
    const data = { kind: "value", value: { total: 1 } } as const;
    const content = () => ({ id: "invoice-1", data, attributes: undefined });
    return { records: [{ topic, partition: undefined, key: "invoice-1", content }], endings: [] };
  },
};

test("a warm action of a user's own function follows its own changing parameter", async () => {
  const harness = createHarness();
  const { main } = openAdapters(invoice, harness);

  for (const INVOICE_TOPIC of ["first", "first", "second"]) {
    await main({ ...streamSettings, INVOICE_TOPIC });
  }

  expect(produced(harness).map(({ topic }) => topic)).toEqual(["first", "first", "second"]);
});

test("a warm Lambda of a user's own function follows its own changing variable", async () => {
  const harness = createHarness();
  const { handler } = openAdapters(invoice, harness);
  stubSettings(streamSettings);

  for (const topic of ["first", "first", "second"]) {
    vi.stubEnv("INVOICE_TOPIC", topic);
    await handler({});
  }

  expect(produced(harness).map(({ topic }) => topic)).toEqual(["first", "first", "second"]);
});
