import type { Settings } from "../../../../lib/model/settings.ts";
import type { FunctionName } from "../../../../lib/registry/names.ts";
import {
  describeLargest,
  environmentBytesMax,
  measureEnvironment,
} from "../../../deploy/aws/lambda-environment.ts";
import { settingsOf } from "../../../project/functions.ts";
import { pathFromProject } from "../../../shared/roots.ts";
import { type Check, ok, warning } from "../check.ts";

/** Compares the settings of each function with the limit of AWS Lambda, as serverless.yml passes them on. */
export function checkLambdaEnvironment(
  names: readonly FunctionName[],
  settings: Settings,
): readonly Check[] {
  const measured = names.map((name) => {
    const variables = Object.fromEntries(settingsOf(name).map((one) => [one, settings[one]]));
    return { name, variables, bytes: measureEnvironment(variables) };
  });
  const tooLarge = measured.filter(({ bytes }) => bytes > environmentBytesMax);
  const [largest] = measured.toSorted((a, b) => b.bytes - a.bytes);
  if (tooLarge.length === 0 && largest !== undefined) {
    return [
      ok(
        { check: "lambda environment", subject: largest.name },
        `${ofLimit(largest.bytes)}: the largest fits`,
      ),
    ];
  }
  return tooLarge.map(({ name, variables, bytes }) =>
    warning(
      { check: "lambda environment", subject: name },
      `${ofLimit(bytes)}, the largest: ${describeLargest(variables)}; AWS Lambda would refuse it, NAVER Cloud has no such limit`,
      `split the sources over two stacks: ${pathFromProject("docs")}/deploy-lambda.md#environment`,
    ),
  );
}

function ofLimit(bytes: number): string {
  return `${bytes.toLocaleString("en")} of ${environmentBytesMax.toLocaleString("en")} bytes`;
}
