import { expect, test, vi } from "vitest";
import { signedHeaders, startWorld } from "../../harness.ts";

const body = '{"topic":"orders","key":"a","value":"1"}';

test("a hundred produces parse a body each and serialize nothing while nobody watches", async () => {
  const { post } = await startWorld();
  await post("/api/produce", body, signedHeaders);
  const parse = vi.spyOn(JSON, "parse");
  const stringify = vi.spyOn(JSON, "stringify");

  const statuses = new Set<number>();
  for (let sent = 0; sent < 100; sent += 1) {
    const response = await post("/api/produce", body, signedHeaders);
    statuses.add(response.status);
    await response.arrayBuffer();
  }
  const counts = [parse, stringify].map(({ mock }) => mock.calls.length);
  vi.restoreAllMocks();

  expect([...statuses]).toEqual([200]);
  expect(counts).toEqual([100, 0]);
});
