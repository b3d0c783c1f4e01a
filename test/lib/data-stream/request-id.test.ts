import { describe, expect, test } from "vitest";
import { toVerdict } from "../../../lib/data-stream/produce-api.ts";
import { printableRequestIdOf, requestIdOf } from "../../../lib/data-stream/request-id.ts";

const uuid = "0b9c3f6e-6f1d-4a55-9d0a-3c1f2e4d5b6a";
const hex = "5f1e9a0c2b3d4e5f60718293a4b5c6d7";

describe("the id of a request", () => {
  test.each([
    [{ "x-ncp-request-id": uuid }, uuid],
    [{ "x-ncp-apigw-request-id": hex }, hex],
    [{ "x-ncp-request-id": uuid, "x-ncp-apigw-request-id": hex }, uuid],
    [{ "x-ncp-request-id": "", "x-ncp-apigw-request-id": hex }, hex],
    [{}, undefined],
  ])("the headers %j have the id %s", (headers, id) => {
    expect(requestIdOf(headers)).toBe(id);
    expect(printableRequestIdOf(headers)).toBe(id);
  });

  test.each(["ncp_iam_EXAMPLEACCESSKEY", "canary-ncloud-access-key", "a\nb", "1", "f".repeat(65)])(
    "the foreign text %j is not printed",
    (text) => {
      expect(printableRequestIdOf({ "x-ncp-request-id": text })).toBeUndefined();
    },
  );
});

describe("the reason of a record that was not delivered", () => {
  const gatewayError = '{"error":{"errorCode":"200","message":"Authentication Failed"}}';

  test.each([
    [401, gatewayError, `HTTP 401 (code 200, request ${uuid}): check `],
    [503, "", `HTTP 503 (request ${uuid}): the stream is not serving`],
    [200, "<html>", `HTTP 200 (request ${uuid}) with a body that is not the produce API's`],
    [400, "<html>", `HTTP 400 (request ${uuid}) with a body that is not the produce API's`],
  ])("the reason of HTTP %i with the body %j begins with the request", (status, body, reason) => {
    const headers = { "x-ncp-request-id": uuid };
    const response = { kind: "response", status, headers, body, truncated: false } as const;
    const verdict = toVerdict(response, "documented", 0);

    expect(verdict).toMatchObject({ reason: expect.stringContaining(reason) });
  });
});
