/**
 * Collects everything the product wrote during a test file: log lines, replies, results, messages of
 * errors. `after-each-test.ts` reads it after every test.
 */
const spoken: string[] = [];

export function hear(...said: readonly unknown[]): void {
  for (const words of said) {
    spoken.push(typeof words === "string" ? words : (JSON.stringify(words) ?? ""));
  }
}

export function takeSpoken(): readonly string[] {
  return spoken.splice(0);
}

/** Lists every secret that tests use. A test that needs another one adds it here. */
export const secretsInUse = {
  ncloudSecretKey: "canary-ncloud-secret-key-7f3a91",
  ncloudAccessKey: "canary-ncloud-access-key-52c8d0",
  github: "canary-github-webhook-secret-b10c",
  githubOld: "canary-github-previous-secret-44e2",
  hmac: "canary-generic-hmac-secret-9d7e55",
  bearer: "canary-bearer-token-0aa6c3f81b2d",
  basic: "canary-user:canary-basic-password-61d0",
  token: "canary-api-key-3e90bb7f14ac",
  provider: "canary-provider-signing-secret-d2f7",
  providerOld: "canary-provider-previous-secret-8a1c",
  verifyToken: "canary-verify-token-5e61f0",
  verifyTokenOld: "canary-previous-verify-token-c4b2",
  /** Base64 of "canary-standard-webhooks-secret-1" and "…-2". */
  standard: "whsec_Y2FuYXJ5LXN0YW5kYXJkLXdlYmhvb2tzLXNlY3JldC0x",
  standardOld: "whsec_Y2FuYXJ5LXN0YW5kYXJkLXdlYmhvb2tzLXNlY3JldC0y",
} as const;
