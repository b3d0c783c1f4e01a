import { createToken } from "../verify/credentials.ts";
import { bySecret } from "../verify/signature-header.ts";
import { createStandardWebhooks, symmetricKey } from "../verify/standard-webhooks.ts";
import type { Verifier } from "../verify/verifier.ts";

const tokenHeader = "x-gitlab-token";

/**
 * Verifies GitLab's webhooks (https://docs.gitlab.com/user/project/integrations/webhooks/, read 2026-11-30). A secret token
 * is sent unchanged in a header. The newer signing token (`whsec_…`) signs as Standard Webhooks do and is never accepted
 * as a secret token.
 */
export function createGitlab(): Verifier {
  const signature = createStandardWebhooks("webhook");
  const token = createToken(tokenHeader);
  return {
    ...bySecret(signature, (secret) => (isSigningToken(secret) ? signature : token)),
    proofHeaders: [...(signature.proofHeaders ?? []), tokenHeader],
    secretForm: {
      fits: (secret) => !isSigningToken(secret) || symmetricKey(secret) !== undefined,
      text: "a secret token, or a signing token: whsec_ and base64",
    },
  };
}

function isSigningToken(secret: string): boolean {
  return /^(v1,)?whsec_/.test(secret);
}
