import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toFailure } from "../../../cli/deploy/api/api-failure.ts";
import { knownErrors } from "../../../cli/deploy/api/known-errors.ts";
import { answer } from "../../support/harness.ts";

const context = { what: "GET /x", nowMs: 0, hide: (text: string) => text };

/**
 * Status and code as the pages list them ("API Gateway overview", "Cloud Functions overview", version 2.1 and 3, read
 * 2026-11-30), with the words that the cure must have.
 */
const documented = [
  [400, "100", "Bad Request", "Check --endpoint"],
  [401, "200", "Authentication Failed", "Check the key pair, and this machine's clock"],
  [401, "210", "Permission Denied", "NCP_VPC_CLOUD_FUNCTIONS_MANAGER"],
  [403, "230", "Forbidden", "allowed sources"],
  [404, "300", "Not Found", "Check region and --endpoint"],
  [429, "400", "Quota Exceeded", "raise the quota"],
  [429, "410", "Throttle Limited", "again later"],
  [429, "420", "Rate Limited", "again later"],
  [413, "430", "Request Entity Too Large", "Make the code smaller"],
  [503, "500", "Endpoint Error", "again later"],
  [504, "510", "Endpoint Timeout", "may have been carried out"],
  [500, "900", "Unexpected Error", "again later"],
  [403, "80002", "SUB_ACC_NO_PERMISSION", "NCP_VPC_CLOUD_FUNCTIONS_MANAGER"],
  [404, "80101", "PACKAGE_NOT_FOUND", "--apply"],
  [400, "80102", "PACKAGE_PLATFORM_MISMATCH", "other platform"],
  [409, "80109", "PACKAGE_NOT_EMPTY", "still holds actions"],
  [400, "80302", "ACTION_PLATFORM_MISMATCH", "other platform"],
  [400, "80305", "The requested body is in an invalid action format.", "do not fit its type"],
  [400, "80305", "The type of 'timeout' needs to be verified.", "timeoutMs to a whole number"],
  [404, "80322", "ACTION_ACTIVATION_NOT_FOUND", "Wait a minute"],
  [400, "80502", "TRIGGER_PLATFORM_MISMATCH", "other platform"],
  [400, "80512", "TRIGGER_INVOKE_FAIL", "links its action"],
  [404, "80518", "TRIGGER_ACTIVATION_NOT_FOUND", "Wait a minute"],
  [403, "10011", "no right", "NCP_API_GATEWAY_MANAGER"],
  [403, "10002", "no right", "NCP_API_GATEWAY_MANAGER"],
] as const;

describe("a documented error", () => {
  test.for(documented)(
    "HTTP %i with the code %s (%s) has its cure and its page",
    ([status, code, message, cure]) => {
      for (const errorCode of [code, Number(code)]) {
        const failure = toFailure(
          answer(status, JSON.stringify({ error: { errorCode, message, details: "" } })),
          context,
        );

        expect(failure.message).toContain(
          `GET /x: HTTP ${status}, code ${code}, ${message.replace(/\.$/, "")}`,
        );
        expect(failure.message).toContain(cure);
        expect(failure.page).toBe(`docs/troubleshooting.md#api-${code}`);
      }
    },
  );

  test.each([
    [400, "InvalidParameter", "the field"],
    [400, "InvalidOperation", "in the console"],
    [404, "PackageNotFound", "--apply"],
    [400, "ResourceQuotaExceeded", "Delete what is not needed"],
    [429, "ResourceQuotaExceeded", "Delete what is not needed"],
  ] as const)(
    "HTTP %i with the word %s of version 3 has its cure in each form",
    (status, code, cure) => {
      for (const body of [
        { error: code, message: "told" },
        { error: { errorCode: code, message: "told" } },
        { error: { code, message: "told" } },
        { errorCode: code, message: "told" },
      ]) {
        const failure = toFailure(answer(status, JSON.stringify(body)), context);

        expect(failure.message).toContain(`HTTP ${status}, code ${code}, told. `);
        expect(failure.message).toContain(cure);
        expect(failure.page).toBe(`docs/troubleshooting.md#api-${code}`);
      }
    },
  );

  test.each(["docs/troubleshooting.md", "docs/ko/troubleshooting.md"])(
    "%s has one place for each, with its status",
    (page) => {
      const text = readFileSync(page, "utf8");

      for (const { code, status } of knownErrors) {
        expect(text.split(`<a id="api-${code}"></a>\`${code}\` | ${status} |`)).toHaveLength(2);
      }
    },
  );
});

describe("an error in another form", () => {
  test.each([
    ["plain text", "Unauthorized"],
    ["HTML", "<html><body><h1>401 Authorization Required</h1></body></html>"],
    ["nothing", ""],
    ["JSON that is no object", "[401]"],
  ])("a 401 as %s is a key pair or a clock that is not accepted", (_, body) => {
    const failure = toFailure(answer(401, body), context);

    expect(failure.message).toContain("Check the key pair, and this machine's clock");
    expect(failure.page).toBe("docs/troubleshooting.md#api-200");
    expect(failure.retry).toBe("never");
  });

  test("responseError is read", () => {
    const body = '{"responseError":{"returnCode":"200","returnMessage":"Authentication Failed"}}';

    expect(toFailure(answer(401, body), context).message).toContain(
      "HTTP 401, code 200, Authentication Failed. ",
    );
  });

  test("Spring's form has no code, and does not mean that a resource is absent", () => {
    const body =
      '{"timestamp":"2026-11-30T00:00:00Z","status":404,"error":"NotFound","message":"No handler"}';
    const failure = toFailure(answer(404, body), context);

    expect(failure.message).toBe("GET /x: HTTP 404, NotFound: No handler");
    expect(failure.isAbsent).toBe(false);
    expect(failure.page).toBe("docs/troubleshooting.md#deploy-api");
  });

  test.each([
    [400, "400"],
    [404, "900"],
    [400, "__proto__"],
    [418, "99999"],
  ])(
    "HTTP %i with the code %s, which is none of the gateway's for it, has no cure of another",
    (status, errorCode) => {
      const failure = toFailure(answer(status, JSON.stringify({ error: { errorCode } })), context);

      expect(failure.message).toBe(`GET /x: HTTP ${status}, code ${errorCode}`);
      expect(failure.page).toBe("docs/troubleshooting.md#deploy-api");
    },
  );

  test("PackageNotFound says that the package is absent", () => {
    expect(toFailure(answer(404, '{"error":"PackageNotFound"}'), context).isAbsent).toBe(true);
  });
});
