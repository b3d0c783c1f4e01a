import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { firstFunctions } from "../../cli/build/compile-first/first-functions.ts";

/** The share of functions that a list which is not quite new may lack, or hold although they do not run. */
const shareMax = 0.1;

test("the list of functions that a first event runs is that of these sources: npm run first-functions writes it", () => {
  const text = execFileSync(
    process.execPath,
    ["bench/first-functions/first-functions.mjs", "--json"],
    {
      encoding: "utf8",
    },
  );
  const [run, listed] = [flat(JSON.parse(text)), flat(firstFunctions)];

  expect(run.length).toBeGreaterThan(300);
  expect(run.filter((one) => !listed.includes(one)).length).toBeLessThan(run.length * shareMax);
  expect(listed.filter((one) => !run.includes(one)).length).toBeLessThan(run.length * shareMax);
});

function flat(lists: typeof firstFunctions): readonly string[] {
  return Object.entries(lists).flatMap(([artifact, list]) =>
    Object.entries(list).flatMap(([module, names]) =>
      names.map((name) => `${artifact} ${module} ${name}`),
    ),
  );
}
