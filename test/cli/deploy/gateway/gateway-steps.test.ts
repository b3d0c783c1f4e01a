import { describe, expect, test } from "vitest";
import { gatewaySteps, unmanagedSteps } from "../../../../cli/deploy/gateway/gateway-steps.ts";

const wanted = {
  ...{ product: "p1", api: "hooks", stage: "live", region: "jp" as const },
  ...{ action: "shop-webhook", packageName: "relay", methods: ["POST", "GET"] },
  ...{ owner: "prefix shop", owners: ["prefix shop"] },
};
const console = [
  "In the console, region jp: subscribe to API Gateway (it is billed apart).",
  'Cloud Functions > Action > shop-webhook: check that its type is a web action and that "raw HTTP" is on.',
  "There, add a trigger of type API Gateway. The type shown must be HTTP. If it says Webhook, stop: that type passes no headers, so no signature could be checked.",
  "Product: p1. API: hooks. Stage: live; make it there if it is not offered.",
];

describe("the steps that are left to a person", () => {
  test("all names are in the console's steps, and what --adopt reads is committed", () => {
    const steps = gatewaySteps({
      ...{ wanted, emulator: undefined, templateFile: "deploy.gateway.json", isMade: true },
    });

    expect(steps).toEqual([
      ...console,
      "Resource: /webhook/{type+}. If it is not offered, it has a method already: delete that method first.",
      "Methods: POST and GET. If only one can be chosen, take POST: the others are made later.",
      "Authentication: none. Senders prove themselves by their signatures, which webhook checks.",
      "Run the same command with --apply --adopt. It reads the method back, and from then on makes it by itself.",
      "Commit deploy.gateway.json: it holds what was read, and no secret.",
    ]);
  });

  test("the console can offer nothing that is not made yet, so --apply is the first step", () => {
    const [first, second] = gatewaySteps({
      ...{ wanted, emulator: undefined, templateFile: "deploy.gateway.json", isMade: false },
    });

    expect([first, second]).toEqual([
      "Run --apply: it makes the action, product, API and resources.",
      console[0],
    ]);
  });

  test("the resource is a person's too without a right to API Gateway", () => {
    const steps = unmanagedSteps(wanted);

    expect(steps.slice(0, 5)).toEqual([
      ...console,
      "Resource: /webhook, and below it {type+}, so that the path names the source.",
    ]);
    expect(steps.slice(-3)).toEqual([
      "Copy the trigger's URL as the console shows it.",
      'Try it: GET <URL>/<source> must answer {"status":"ok"}.',
      "At each sender, enter <URL>/<source>: the names in WEBHOOK_SOURCES are the sources.",
    ]);
  });
});
