import { expect, it, test } from "vitest";
import { accessKey, secretKey, sign, signature, signedHeaders, startWorld } from "./world.ts";

const body = '{"topic":"orders","key":"a","value":"1"}';
const right = `POST /api/produce\n1700000000000\n${accessKey}`;
const rightDigest = sign(right);

async function diagnose(headers: Record<string, string>, path = "/api/produce"): Promise<unknown> {
  const world = await startWorld();
  const response = await world.post(path, body, { ...signedHeaders, ...headers });
  expect(response.status).toBe(401);
  const log = (await world.get("/_/requests")) as { requests: { diagnosis?: unknown }[] };
  const said = `${JSON.stringify(log)}${await response.text()}`;
  expect(said).not.toContain(secretKey);
  expect(said).not.toContain(signature);
  expect(said).not.toContain(rightDigest.toString("hex"));
  expect(said).not.toContain(headers["x-ncp-apigw-signature-v2"] ?? secretKey);
  return log.requests[0]?.diagnosis;
}

const signing = (text: string, key = secretKey) => sign(text, key).toString("base64");

test.for([
  [
    `POST https://api.datastream.naverncp.com/api/produce\n1700000000000\n${accessKey}`,
    "The full URL was signed.",
  ],
  [`GET /api/produce\n1700000000000\n${accessKey}`, "Another method was signed: GET."],
  [`post /api/produce\n1700000000000\n${accessKey}`, "Another method was signed: post."],
  [
    `POST /api/produce\n1700000000\n${accessKey}`,
    "Another timestamp than the header's was signed: it is in seconds.",
  ],
  [
    `POST /api/produce\n2023-11-14T22:13:20.000Z\n${accessKey}`,
    "Another timestamp than the header's was signed: it is written in another way.",
  ],
  [
    `POST /api/produce\n1699999999997\n${accessKey}`,
    "Another timestamp than the header's was signed: it is off by 3 ms.",
  ],
  [`${right}\n${body}`, "The body was signed too."],
  [`${right}${body}`, "The body was signed too."],
  [`${right}\n`, "The signed text ends with a line end."],
  [
    `POST /api/produce\\n1700000000000\\n${accessKey}`,
    "The lines of the signed text are not separated by a line feed.",
  ],
  [
    `POST /api/produce\r\n1700000000000\r\n${accessKey}`,
    "The lines of the signed text are not separated by a line feed.",
  ],
  ["POST /api/produce\n1700000000000", "The access key was left out of the signed text."],
  [`POST api/produce\n1700000000000\n${accessKey}`, "The path was signed without its first slash."],
] as const)("signing %j: %s", async ([text, likelyMistake]) => {
  const diagnosis = await diagnose({ "x-ncp-apigw-signature-v2": signing(text) });

  expect(diagnosis).toMatchObject({ expectedStringToSign: right, likelyMistake });
});

it("sees that the full URL of the stand-in itself was signed", async () => {
  const world = await startWorld();
  const text = `POST ${world.origin}/api/produce\n1700000000000\n${accessKey}`;

  await world.post("/api/produce", body, {
    ...signedHeaders,
    "x-ncp-apigw-signature-v2": signing(text),
  });

  expect(await world.get("/_/requests")).toMatchObject({
    requests: [
      {
        diagnosis: {
          likelyMistake: "The full URL was signed.",
          fix: "Sign only the path and the query, beginning with a slash.",
        },
      },
    ],
  });
});

it("sees that the query was left out", async () => {
  const diagnosis = await diagnose(
    {
      "x-ncp-apigw-signature-v2": signing(`POST /api/produce\n1700000000001\n${accessKey}`),
      "x-ncp-apigw-timestamp": "1700000000001",
    },
    "/api/produce?trace=1",
  );

  expect(diagnosis).toEqual({
    expectedStringToSign: `POST /api/produce?trace=1\n1700000000001\n${accessKey}`,
    likelyMistake: "The query was left out.",
    fix: "Sign the path with ? and the query exactly as they are sent.",
  });
});

test.for([
  [rightDigest.toString("hex"), "The signature is a hex digest instead of Base64."],
  [rightDigest.toString("hex").toUpperCase(), "The signature is a hex digest instead of Base64."],
  [
    Buffer.from(rightDigest.toString("hex")).toString("base64"),
    "The signature is the Base64 of a hex digest instead of Base64.",
  ],
  [
    rightDigest.toString("base64url"),
    "The signature is another Base64 (URL alphabet or no padding) instead of Base64.",
  ],
  ["no signature at all", "The signature is not the Base64 of a SHA-256 digest."],
] as const)("a signature written as %s: %s", async ([received, likelyMistake]) => {
  const diagnosis = await diagnose({ "x-ncp-apigw-signature-v2": received });

  expect(diagnosis).toMatchObject({ expectedStringToSign: right, likelyMistake });
});

test.for([
  [right, accessKey, "The secret key and the access key are swapped."],
  [
    `POST /api/produce\n1700000000000\n${secretKey}`,
    accessKey,
    "The secret key and the access key are swapped.",
  ],
  [
    `POST /api/produce\n1700000000000\n${secretKey}`,
    secretKey,
    "The secret key was signed in the access key's place.",
  ],
  [right, `${secretKey}\n`, "The secret key has white space around it."],
] as const)("a wrong key, case %#: %s", async ([text, key, likelyMistake]) => {
  const diagnosis = await diagnose({ "x-ncp-apigw-signature-v2": signing(text, key) });

  expect(diagnosis).toMatchObject({ expectedStringToSign: right, likelyMistake });
});

it("sees the secret key in the access key's header, and does not repeat it", async () => {
  const diagnosis = await diagnose({
    "x-ncp-iam-access-key": secretKey,
    "x-ncp-apigw-signature-v2": signing(
      `POST /api/produce\n1700000000000\n${secretKey}`,
      accessKey,
    ),
  });

  expect(diagnosis).toEqual({
    expectedStringToSign: "POST /api/produce\n{timestamp}\n{access key}",
    likelyMistake: "The secret key and the access key are swapped.",
    fix: "Put the access key into x-ncp-iam-access-key and key the HMAC with the secret key.",
  });
});

it("does not repeat an unknown access key", async () => {
  const diagnosis = await diagnose({
    "x-ncp-iam-access-key": "perhaps-a-real-secret",
    "x-ncp-apigw-signature-v2": signing("anything"),
  });

  expect(diagnosis).toEqual({
    expectedStringToSign: "POST /api/produce\n{timestamp}\n{access key}",
    fix: "Use an access key that the stand-in was started with (local/settings.env).",
  });
});

it("sees a timestamp in seconds", async () => {
  const diagnosis = await diagnose({
    "x-ncp-apigw-timestamp": "1700000000",
    "x-ncp-apigw-signature-v2": signing(`POST /api/produce\n1700000000\n${accessKey}`),
  });

  expect(diagnosis).toMatchObject({
    likelyMistake: "The timestamp is not in epoch milliseconds.",
  });
});

it("says what to compare when no common mistake fits", async () => {
  const diagnosis = await diagnose({
    "x-ncp-apigw-signature-v2": signing(right, "another-secret-key"),
  });

  expect(diagnosis).toEqual({
    expectedStringToSign: right,
    fix: "Compare the text you sign with the expected one, byte by byte. If they are equal, the secret key is a different one.",
  });
});
