import { describe, expect, test } from "vitest";
import { readAction } from "../../../cli/deploy/actual/read-state.ts";

/** The page "Get Action" shows an object, numbers and flags. The other forms are those of its neighbours. */
describe("an action as the API may show it", () => {
  test.for([
    ["flags", true, false],
    ["text", "true", "false"],
  ] as const)("flags are read from %s", ([, on, off]) => {
    const action = readAction({ exec: { binary: off }, "raw-http": on, "custom-options": off });

    expect(action).toMatchObject({ binary: false, rawHttp: true, customOptions: false });
  });

  test.for([["yes"], [1], [null], [{}]] as const)("%j is no flag", ([value]) => {
    expect(readAction({ "raw-http": value }).rawHttp).toBeUndefined();
  });

  test.for([
    ["WEB", "web"],
    ["Web action", "web"],
    ["basic action", "basic"],
    ["sequence", "sequence"],
  ] as const)("the type %j is %j", ([type, read]) => {
    expect(readAction({ type }).type).toBe(read);
  });

  test("the runtime is read from exec, and beside it as in lists", () => {
    expect(readAction({ exec: { kind: "nodejs:22" } }).kind).toBe("nodejs:22");
    expect(readAction({ exec: {}, runtime: "nodejs:22" }).kind).toBe("nodejs:22");
  });

  test("parameters are read from an object and from the pairs of Apache OpenWhisk", () => {
    const parameters = { A: "1", B: { c: 2 } };
    const pairs = [
      { key: "A", value: "1" },
      { key: "B", value: { c: 2 } },
    ];

    expect(readAction({ parameters }).parameters).toEqual(parameters);
    expect(readAction({ parameters: pairs }).parameters).toEqual(parameters);
    expect(readAction({ parameters: [] }).parameters).toEqual({});
  });

  test.for([[[{ key: "A", value: 1 }, 7]], [[{ value: 1 }]], ["A=1"], [null]] as const)(
    "parameters of another form are not known: %j",
    ([parameters]) => {
      expect(readAction({ parameters }).parameters).toBeUndefined();
    },
  );
});
