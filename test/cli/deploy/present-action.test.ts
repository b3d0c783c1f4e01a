import { expect, test } from "vitest";
import type { Prepared } from "../../../cli/deploy/prepare.ts";
import { presentAction } from "../../../cli/deploy/state/present-action.ts";

test("a function that the project does not have has no action, and the API is not asked for one", async () => {
  const prepared = {} as Prepared;

  expect(await presentAction("a-function-of-another-project" as never, prepared)).toBeUndefined();
});
