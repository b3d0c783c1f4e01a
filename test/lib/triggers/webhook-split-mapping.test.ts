import { describe, expect, test, vi } from "vitest";
import { parseDocument } from "../../../lib/encoding/json-document.ts";
import type { HttpEvent } from "../../../lib/model/call.ts";
import { toRawValue } from "../../../lib/model/cloud-event.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { toRecords } from "../../../lib/webhooks/mapping/records.ts";
import { createSelectorReader, parseSelectors } from "../../../lib/webhooks/mapping/selectors.ts";
import { startMs } from "../../support/harness.ts";
import { parse, type SourceOptions } from "../../support/sources.ts";

const json = "application/json";

describe("the mapping of a split webhook", () => {
  const context = {
    arrivedMs: startMs,
    invocationId: "call-1",
    newId: () => "fresh",
    sleep: async () => undefined,
  };
  const tenants = `{"tenant":"acme","events":[${'{"name":"0123456789"},'.repeat(9_999)}{}]}`;

  function settle(options: SourceOptions) {
    const parsed = parse({ hook: { verifier: "none", split: "/events", ...options } });
    const source = parsed.ok ? parsed.value.byName.get("hook") : undefined;
    if (!parsed.ok || source === undefined) {
      throw new Error("wrong options");
    }
    return { sources: parsed.value, source };
  }

  test("the mapping accepts 10,000 elements and parses no text again for each of them", async () => {
    const { sources } = settle({ key: ["body:/tenant"], id: ["body:/no", "header:x-id"] });
    const headers = new Map([["content-type", json]]);
    const bytes = Buffer.from(tenants);
    const event: HttpEvent = {
      ...{ kind: "http", method: "POST", path: "/hook", query: "", headers },
      body: { kind: "exact", bytes },
    };
    const read = vi.spyOn(JSON, "parse");

    const { records, ids, endings } = await webhook().map(event, sources, context);

    const reads = read.mock.calls.length;
    expect(endings).toEqual([]);
    expect(records).toHaveLength(10_000);
    expect(records.at(-1)).toMatchObject({ key: "acme" });
    expect(ids?.at(-1)).toMatch(/#9999$/);
    expect(records.at(-1)?.content().id).toBe(ids?.at(-1));
    expect(reads).toBeLessThan(20);
  });

  test("the mapping reads the whole body once for each selector, with a value or without", () => {
    let looks = 0;
    const readable = {
      headers: new Map(),
      newId: () => "fresh",
      get json() {
        looks += 1;
        return parseDocument(tenants);
      },
    };
    const read = createSelectorReader(parseSelectors(["body:/no", "body:/tenant"]) ?? [], readable);

    const texts = Array.from({ length: 10_000 }, () => read(parseDocument("{}"))?.text);

    expect(new Set(texts)).toEqual(new Set(["acme"]));
    expect(looks).toBe(2);
  });

  test("the empty pointer splits a body that is an array itself", () => {
    const { source } = settle({ value: "raw", split: "" });
    const verified = { source, headers: new Map(), secretIndex: undefined };
    const body = Buffer.from(' [1, "a"] ');
    const content = { contentType: json, body, provenBytes: body };

    const { records } = toRecords({ ...verified, ...content }, context);

    expect(records.map(({ content }) => toRawValue(content().data))).toEqual(["1", '"a"']);
  });
});
