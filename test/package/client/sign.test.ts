import { describe, expect, test } from "vitest";
import { type SignInput, sign } from "../../../package/client.ts";

/** The values come from openssl; the third one also stands in the tests of another implementation (a Go SDK). */
const vectors = [
  {
    method: "GET",
    path: "/vserver/v2/getServerInstanceList?responseFormatType=json",
    timestamp: 1_234_567_890_123,
    keys: { accessKey: "TestAccessKey", secretKey: "TestSecretKey" },
    signature: "FPsYYX8fuMAgi+cue3eACOW0dNtIwu1LYWfg/megA2M=",
  },
  {
    method: "POST",
    path: "/api/produce",
    timestamp: 1_700_000_000_000,
    keys: { accessKey: "ncp_iam_EXAMPLEACCESSKEY", secretKey: "ncp_iam_EXAMPLESECRETKEY" },
    signature: "QOuSeOcbJW+6Nk3zLFcfRjA5sMM3NfURkiPqTI2K0sc=",
  },
  {
    method: "POST",
    path: "/vserver/v2/createServerInstances?regionCode=KR",
    timestamp: 1_700_000_000_000,
    keys: { accessKey: "AK_TEST", secretKey: "SK_TEST" },
    signature: "xBcE26XFU55BMjppdPT7ZY3oDrqoOedfPyAn3Cq4lUw=",
  },
];

describe.each(vectors)("sign, $method $path", ({ method, path, timestamp, keys, signature }) => {
  test.each([
    ["a URL", `https://ncloud.apigw.ntruss.com${path}`],
    ["a URL with a fragment", `https://ncloud.apigw.ntruss.com${path}#part`],
    ["a URL object", new URL(path, "https://ncloud.apigw.ntruss.com")],
    ["a path", path],
  ])("the three headers are those of the vector, given %s", (_, url) => {
    expect(sign({ method: method.toLowerCase(), url, timestamp, ...keys })).toEqual({
      "x-ncp-apigw-timestamp": String(timestamp),
      "x-ncp-iam-access-key": keys.accessKey,
      "x-ncp-apigw-signature-v2": signature,
    });
  });
});

test("a signature without a timestamp has the time of the call", () => {
  const before = Date.now();
  const headers = sign({ method: "GET", url: "/", accessKey: "a", secretKey: "b" });

  expect(Number(headers["x-ncp-apigw-timestamp"])).toBeGreaterThanOrEqual(before);
});

test.each([
  ["no access key", { accessKey: undefined }, "accessKey must be text"],
  ["an empty secret key", { secretKey: "" }, "secretKey must be text"],
  ["a secret key that is no text", { secretKey: ["s3cret"] }, "secretKey must be text"],
  ["no method", { method: undefined }, "method must be text"],
  [
    "a timestamp that is text",
    { timestamp: "1700000000000" },
    "timestamp must be epoch milliseconds",
  ],
  ["a URL that is none", { url: "ncloud" }, "url must be a URL or a path"],
  ["no URL", { url: undefined }, "url must be a URL or a path"],
])("%s is a TypeError without a key in it", (_, wrong, message) => {
  const input = { method: "GET", url: "/", accessKey: "a", secretKey: "s3cret", ...wrong };
  const call = () => sign(input as SignInput);

  expect(call).toThrow(TypeError);
  expect(call).toThrow(message);
  expect(call).not.toThrow("s3cret");
});

test("a call without its argument is told which field is missing first", () => {
  expect(() => sign(undefined as unknown as SignInput)).toThrow("accessKey must be text");
});
