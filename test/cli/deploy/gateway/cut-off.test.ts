import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ManagementFault } from "../../../../local/cloud-functions/emulator.ts";
import type { RunningCloudFunctions } from "../../../../local/cloud-functions/server.ts";
import { environment } from "../harness.ts";
import { onceForEachState } from "../left-behind.ts";
import { type Deploy, sampleTemplate, startGateway, stateOf } from "./harness.ts";

type Started = Awaited<ReturnType<typeof startGateway>>;

const isOfGateway = ({ path }: { readonly path: string }) => path.startsWith("/api/v1/");

/** Every start deploys the same. No record is sent without a smoke call. */
const env = { ...environment, DATASTREAM_ENDPOINT: "http://127.0.0.1:4010" };

/** Starts with what --adopt keeps, so that one apply makes everything from nothing. */
async function start(): Promise<Started> {
  const started = await startGateway({ run: async () => ({ status: 200, result: {} }) });
  writeFileSync(started.template.file, JSON.stringify(sampleTemplate));
  return { ...started, deploy: (asked) => started.deploy({ env, ...asked }) };
}

async function undisturbed(command: "apply" | "remove") {
  const { emulator, deploy } = await start();
  await deploy({ apply: true });
  const made = emulator.calls().length;
  const state = stateOf(emulator);
  if (command === "apply") {
    return { state, from: emulator.calls().findIndex(isOfGateway) + 1, to: made };
  }
  await deploy({ remove: true });
  return { state: stateOf(emulator), from: 1, to: emulator.calls().length - made };
}

const endings: readonly (readonly [
  string,
  (n: number, k: number) => ManagementFault | undefined,
])[] = [
  ["the connection is refused", (n, k) => (n >= k ? { kind: "cut", when: "before" } : undefined)],
  [
    "the connection is reset after the write",
    (n, k) => (n < k ? undefined : { kind: "cut", when: n === k ? "after" : "before" }),
  ],
  ["the API fails with 500", (n, k) => (n >= k ? { kind: "status", status: 500 } : undefined)],
  ["the API throttles with 429", (n, k) => (n >= k ? { kind: "status", status: 429 } : undefined)],
  [
    "a proxy times out with 504 after the write",
    (n, k) =>
      n < k ? undefined : { kind: "answer", status: 504, type: "text/html", body: "<html>" },
  ],
];

async function cutOff(
  command: "apply" | "remove",
  k: number,
  faultAt: (n: number, k: number) => ManagementFault | undefined,
) {
  const { emulator, deploy } = await start();
  if (command === "remove") {
    await deploy({ apply: true });
  }
  emulator.setFaults((n) => faultAt(n, k));
  const cut = await deploy({ [command]: true });
  emulator.setFaults(() => undefined);
  return { emulator, deploy, cut };
}

function namesOf(emulator: RunningCloudFunctions): readonly string[] {
  return emulator.products().map(({ productName }) => productName);
}

const finishApply = onceForEachState(async (emulator, deploy: Deploy) => {
  const { code } = await deploy({ apply: true });
  const state = stateOf(emulator);
  const plan = await deploy({ plan: true });
  return { code, state, names: namesOf(emulator), plan: plan.out };
});

const finishRemoval = onceForEachState(async (emulator, deploy: Deploy) => {
  const { code } = await deploy({ remove: true });
  return { code, names: namesOf(emulator), resources: [...emulator.resources().keys()] };
});

describe("an apply through API Gateway that is cut off", { timeout: 240_000 }, () => {
  test.for(endings)(
    "an apply that is cut off at any request because %s, and is run again, ends as an undisturbed one",
    async ([, faultAt]) => {
      const { state, from, to } = await undisturbed("apply");
      expect(to - from).toBeGreaterThan(20);

      for (let k = from; k <= to; k += 1) {
        const { emulator, deploy, cut } = await cutOff("apply", k, faultAt);
        const finished = await finishApply(emulator, deploy);

        expect([k, cut.code, finished.code]).toEqual([k, 1, 0]);
        expect([k, finished.state]).toEqual([k, state]);
        expect([k, finished.names]).toEqual([k, ["datastream-relay"]]);
        expect(finished.plan).toContain("same: 8\n");
        await emulator.close();
      }
    },
  );

  test.for([
    ["503", { kind: "status", status: 503 }],
    ["a lost connection", { kind: "cut", when: "before" }],
    ["a lost answer", { kind: "cut", when: "after" }],
    [
      "a 504 of a proxy after the write",
      { kind: "answer", status: 504, type: "text/html", body: "" },
    ],
    ["429 with Retry-After", { kind: "status", status: 429, headers: { "retry-after": "7" } }],
  ] as const satisfies readonly (readonly [string, ManagementFault])[])(
    "an apply that meets %s at any request goes on by itself, and makes nothing twice",
    async ([, fault]) => {
      const { state, from, to } = await undisturbed("apply");

      for (let k = from; k <= to; k += 1) {
        const { emulator, deploy } = await start();
        emulator.setFaults((n) => (n === k ? fault : undefined));
        const { code } = await deploy({ apply: true });

        expect([k, code]).toEqual([k, 0]);
        expect([k, stateOf(emulator)]).toEqual([k, state]);
        await emulator.close();
      }
    },
  );

  test("an apply whose reads do not see its writes at once waits, and makes nothing twice", async () => {
    const { state, to } = await undisturbed("apply");
    const waits: number[] = [];

    for (let k = 1; k <= to; k += 1) {
      const { emulator, deploy } = await start();
      let hasWritten = false;
      let isUnseen = false;
      emulator.setFaults((n, call) => {
        hasWritten ||= call.method === "POST" && isOfGateway(call);
        isUnseen = n >= k && n < k + 2 && hasWritten && call.method === "GET" && isOfGateway(call);
        return isUnseen ? { kind: "unseen" } : undefined;
      });
      const { code, sleeps } = await deploy({ apply: true });

      expect([k, code]).toEqual([k, 0]);
      expect([k, stateOf(emulator)]).toEqual([k, state]);
      waits.push(...sleeps);
      await emulator.close();
    }
    expect(new Set(waits)).toEqual(new Set([3_000]));
  });

  test("a removal that is cut off at any request, and is run again, leaves nothing", async () => {
    const { from, to } = await undisturbed("remove");

    for (let k = from; k <= to; k += 1) {
      const { emulator, deploy, cut } = await cutOff("remove", k, (n) =>
        n < k ? undefined : { kind: "cut", when: n === k ? "after" : "before" },
      );

      const { code, names, resources } = await finishRemoval(emulator, deploy);
      expect([k, cut.code, code]).toEqual([k, 1, 0]);
      expect([k, names, resources]).toEqual([k, [], []]);
      await emulator.close();
    }
  });
});
