import { describe, expect, test } from "vitest";
import { toHostNames } from "../../../../local/cloud-functions/hosting/names.ts";
import type { StoredAction } from "../../../../local/cloud-functions/resources.ts";

const functionNames = ["webhook", "event", "letter-event"];

function action(text: string): StoredAction {
  const [packageName = "", name = ""] = text.split("/");
  return {
    ...{ kind: "action", name, packageName, platform: "vpc", type: "basic", description: "" },
    ...{ runtime: "nodejs:22", code: "", binary: false, main: "main", timeoutMs: 60_000 },
    ...{ memoryMb: 256, vpc: undefined, rawHttp: false, customOptions: false, parameters: {} },
  };
}

function namesOf(...actions: readonly string[]): Readonly<Record<string, string>> {
  const names = toHostNames(actions.map(action), functionNames);
  return Object.fromEntries(
    [...names].map(([host, { packageName, name }]) => [host, `${packageName}/${name}`]),
  );
}

describe("the name of a deployed action on the host", () => {
  test.for([
    ["-/datastream-relay-webhook", "webhook"],
    ["relay/my-webhook", "webhook"],
    ["-/webhook", "webhook"],
    ["-/x-letter-event", "letter-event"],
    ["-/x-event", "event"],
  ] as const)("%s is the function %s, which ends its name", ([deployed, name]) => {
    expect(namesOf(deployed)).toEqual({ [name]: deployed });
  });

  test.for([
    ["-/mywebhook", "mywebhook"],
    ["-/hello", "hello"],
    ["relay/hello", "relay.hello"],
  ] as const)("%s is no function of ours and runs as %s", ([deployed, name]) => {
    expect(namesOf(deployed)).toEqual({ [name]: deployed });
  });

  test("the action that was put last is the function, and the others run beside it", () => {
    expect(namesOf("-/webhook", "one/a-webhook", "two/a-webhook")).toEqual({
      "-.webhook": "-/webhook",
      "one.a-webhook": "one/a-webhook",
      webhook: "two/a-webhook",
    });
  });
});
