import { providers } from "../providers/providers.ts";
import { basic, bearer } from "../verify/credentials.ts";
import { noVerifier } from "../verify/none.ts";
import { fixed, type Scheme } from "./scheme.ts";
import { genericHmac, genericPublicKey } from "./signature-scheme.ts";
import { tokenScheme } from "./token-scheme.ts";

/** The schemes that are no provider's. Each is built only when a source names it. */
export const genericSchemes: Readonly<Record<string, () => Scheme>> = {
  hmac: genericHmac,
  "public-key": genericPublicKey,
  bearer: () => fixed(bearer),
  basic: () => fixed(basic),
  token: tokenScheme,
  none: () => fixed(noVerifier),
};

/** All values of a source's option `verifier`, with their schemes. */
export const schemes: ReadonlyMap<string, () => Scheme> = new Map(
  Object.entries({ ...providers, ...genericSchemes }),
);
