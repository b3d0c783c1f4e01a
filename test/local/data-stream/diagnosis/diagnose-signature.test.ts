import { expect, test } from "vitest";
import { accessKey, secretKey, sign, signature, signedHeaders, startWorld } from "../../harness.ts";

const body = '{"topic":"orders","key":"a","value":"1"}';
const right = `POST /api/produce\n1700000000000\n${accessKey}`;
const rightDigest = sign(right);

async function diagnose(headers: Record<string, string>, path = "/api/produce"): Promise<unknown> {
  const emulator = await startWorld();
  const response = await emulator.post(path, body, { ...signedHeaders, ...headers });
  expect(response.status).toBe(401);
  const log = (await emulator.get("/_/requests")) as {
    requests: { fix?: string; diagnosis?: { fix: string } }[];
  };
  const said = `${JSON.stringify(log)}${await response.text()}${emulator.lines.join("\n")}`;
  expect(emulator.lines).toHaveLength(1);
  expect(said).not.toContain(secretKey);
  expect(said).not.toContain(signature);
  expect(said).not.toContain(rightDigest.toString("hex"));
  expect(said).not.toContain(headers["x-ncp-apigw-signature-v2"] ?? secretKey);
  const [refused] = log.requests;
  expect(refused?.fix).toBe(refused?.diagnosis?.fix);
  expect(refused?.fix).toMatch(/^[ -~…]+$/);
  return refused?.diagnosis;
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
  [`${right}\r\n`, "The signed text ends with a line end."],
  [
    `POST http://api.datastream.naverncp.com/api/produce\n1700000000000\n${accessKey}`,
    "The full URL was signed.",
  ],
  [`PUT /api/produce\n1700000000000\n${accessKey}`, "Another method was signed: PUT."],
  [`Post /api/produce\n1700000000000\n${accessKey}`, "Another method was signed: Post."],
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
] as const)("the signed text %j is diagnosed: %s", async ([text, likelyMistake]) => {
  const diagnosis = await diagnose({ "x-ncp-apigw-signature-v2": signing(text) });

  expect(diagnosis).toMatchObject({ expectedStringToSign: right, likelyMistake });
});

test("a signed full URL of the emulator is diagnosed", async () => {
  const emulator = await startWorld();
  const text = `POST ${emulator.origin}/api/produce\n1700000000000\n${accessKey}`;

  await emulator.post("/api/produce", body, {
    ...signedHeaders,
    "x-ncp-apigw-signature-v2": signing(text),
  });

  expect(await emulator.get("/_/requests")).toMatchObject({
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

test("a query that was left out is diagnosed", async () => {
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
] as const)("a signature written as %s is diagnosed: %s", async ([received, likelyMistake]) => {
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
] as const)("the wrong key of case %# is diagnosed: %s", async ([text, key, likelyMistake]) => {
  const diagnosis = await diagnose({ "x-ncp-apigw-signature-v2": signing(text, key) });

  expect(diagnosis).toMatchObject({ expectedStringToSign: right, likelyMistake });
});

test("a secret key in the access key's header is diagnosed and not repeated", async () => {
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

test("an unknown access key is not repeated", async () => {
  const diagnosis = await diagnose({
    "x-ncp-iam-access-key": "perhaps-a-real-secret",
    "x-ncp-apigw-signature-v2": signing("anything"),
  });

  expect(diagnosis).toEqual({
    expectedStringToSign: "POST /api/produce\n{timestamp}\n{access key}",
    likelyMistake: "The access key is not one that the emulator knows.",
    fix: "Use an access key that the emulator was started with.",
  });
});

test.for([
  ["1700000000", "The timestamp is in seconds instead of milliseconds."],
  ["1700000000.123", "The timestamp is in seconds with a fraction instead of milliseconds."],
  ["1700000000000000", "The timestamp is in microseconds instead of milliseconds."],
  ["1700000000000000000", "The timestamp is in nanoseconds instead of milliseconds."],
  ["2023-11-14T22:13:20Z", "The timestamp is a date in words instead of epoch milliseconds."],
  ["yesterday", "The timestamp is not in epoch milliseconds."],
] as const)("a timestamp of %s: %s", async ([timestamp, likelyMistake]) => {
  const diagnosis = await diagnose({
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-apigw-signature-v2": signing(`POST /api/produce\n${timestamp}\n${accessKey}`),
  });

  expect(diagnosis).toEqual({
    expectedStringToSign: "POST /api/produce\n{epoch milliseconds}\n{access key}",
    likelyMistake,
    fix: "Send and sign milliseconds since 1970: 13 digits, as Date.now() gives them, the same text in both places.",
  });
});

test.for([
  ["1700000300000", "The caller's clock is 5 min ahead of the emulator's."],
  ["1700093784000", "The caller's clock is 1 d 2 h 3 min 4 s ahead of the emulator's."],
  [
    "1699999639999",
    "The caller's clock is 6 min behind the emulator's, or the request was signed that long ago.",
  ],
] as const)("a timestamp of %s: %s", async ([timestamp, likelyMistake]) => {
  const text = `POST /api/produce\n${timestamp}\n${accessKey}`;
  const diagnosis = await diagnose({
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-apigw-signature-v2": signing(text),
  });

  expect(diagnosis).toEqual({
    expectedStringToSign: text,
    likelyMistake,
    fix: "Set the clock, or correct it by the Date header of this response, and sign anew for every attempt.",
  });
});

test("two mistakes at once are diagnosed", async () => {
  const hex = sign(`GET /api/produce\n1700000000000\n${accessKey}`).toString("hex");

  expect(await diagnose({ "x-ncp-apigw-signature-v2": hex })).toEqual({
    expectedStringToSign: right,
    likelyMistake:
      "Another method was signed: GET. And the signature is a hex digest instead of Base64.",
    fix: "Sign the method that is sent, in upper case: POST. Encode the digest as Base64, standard alphabet, with padding.",
  });
});

test("the secret key of another access key is diagnosed", async () => {
  const emulator = await startWorld({
    accessKeys: { [accessKey]: secretKey, ncp_iam_OTHER: "other-secret" },
  });

  await emulator.post("/api/produce", body, {
    ...signedHeaders,
    "x-ncp-apigw-signature-v2": signing(right, "other-secret"),
  });

  const said = JSON.stringify(await emulator.get("/_/requests")) + emulator.lines.join("\n");
  expect(said).toContain("The secret key belongs to another access key.");
  expect(said).not.toContain("other-secret");
});

test("an unknown mistake gets the advice what to compare", async () => {
  const diagnosis = await diagnose({
    "x-ncp-apigw-signature-v2": signing(right, "another-secret-key"),
  });

  expect(diagnosis).toEqual({
    expectedStringToSign: right,
    fix: "Compare the text you sign with the expected one, byte by byte. If they are equal, the secret key is a different one.",
  });
});
