import { describe, expect, test } from "vitest";
import {
  checkFunction,
  describeLargest,
  measureEnvironment,
} from "../../../../cli/deploy/aws/lambda-environment.ts";

describe("the size of a function's environment", () => {
  // Lambda's error shows what it measured: the variables as the text of a JSON object, quotes escaped
  // (https://github.com/github-aws-runners/terraform-aws-github-runner/issues/3594, read 2026-11-30).
  test.for([
    [{}, 2],
    [{ A: "b" }, 9],
    [{ A: "", B: "" }, 15],
    // {"A":"[{\"b\":1}]"}
    [{ A: '[{"b":1}]' }, 19],
    [{ A: "한" }, 11],
    [{ A: undefined }, 8],
    [{ A: { b: 1 } }, 17],
  ] as const)("%j has %i bytes", ([variables, bytes]) => {
    expect(measureEnvironment(variables)).toBe(bytes);
  });

  test("the largest variables are named with their bytes and without values", () => {
    const variables = { SMALL: "a", EMPTY: "", LARGE: "x".repeat(1_998), MIDDLE: "y".repeat(98) };

    expect(describeLargest(variables)).toBe("LARGE 2,000, MIDDLE 100, SMALL 3");
  });

  test("an environment of 4,096 bytes fits, and one more byte does not", () => {
    const check = (length: number) => () =>
      checkFunction({ name: "webhook", environment: { A: "x".repeat(length) }, events: [] });

    expect(check(4_088)).not.toThrow();
    expect(check(4_089)).toThrow(
      "the environment of webhook has 4,097 bytes, and Lambda takes 4,096; the largest are A 4,091",
    );
  });
});

describe("a queue of a function with SQS_PARTIAL_BATCH", () => {
  const environment = { SQS_PARTIAL_BATCH: "true" };
  const reporting = { sqs: { arn: "a", functionResponseType: "ReportBatchItemFailures" } };

  test("the queue has to report the failed messages", () => {
    const check = (sqs: unknown) => () =>
      checkFunction({ name: "bucket", environment, events: [reporting, { sqs }] });

    expect(check({ arn: "a" })).toThrow("SQS_PARTIAL_BATCH of bucket is true, and a queue");
    expect(check("arn:aws:sqs:r:1:q")).toThrow("functionResponseType: ReportBatchItemFailures");
    expect(check(reporting.sqs)).not.toThrow();
  });

  test("another event, and a function without the setting, are not checked", () => {
    const events = [{ sqs: "arn:aws:sqs:r:1:q" }];

    expect(() => checkFunction({ name: "a", environment: {}, events })).not.toThrow();
    expect(() =>
      checkFunction({ name: "a", environment, events: [{ httpApi: "*" }] }),
    ).not.toThrow();
    expect(() => checkFunction({ name: "a", environment, events: undefined })).not.toThrow();
  });
});
