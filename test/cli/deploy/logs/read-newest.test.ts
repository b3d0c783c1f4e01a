import { expect, test } from "vitest";
import { readNewest } from "../../../../cli/deploy/logs/read-newest.ts";

test("a detail that lacks time, duration and status keeps those of the list", async () => {
  const activationId = "18c70ad3a7804d25870ad3a7806d25cb";
  const run = { activationId, start: 1_700_000_000_000, duration: 12, status: "developer error" };
  const logged = { function: "heartbeat", action: "a", packageName: "-", version: "2.1" } as const;

  const { runs } = await readNewest([logged], async ({ path }) =>
    path.endsWith(activationId) ? { logs: ["one"] } : { activations: [run] },
  );

  expect(runs).toEqual([
    {
      ...{ logged, hasDetail: true },
      activation: {
        ...{ id: activationId, startMs: 1_700_000_000_000, durationMs: 12 },
        ...{ status: "developer error", isFailure: true, logs: ["one"] },
      },
    },
  ]);
});
