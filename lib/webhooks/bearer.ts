import { findEqual } from "./hmac.ts";
import { refused, type Verifier } from "./verifier.ts";

/** `Authorization: Bearer <token>` (RFC 6750 section 2.1). The token vouches for the whole request. */
export const bearer: Verifier = {
  covers: "request",
  verify: ({ headers }, secrets) => {
    const value = headers.get("authorization");
    if (value === undefined) {
      return refused("the header authorization is missing");
    }
    const [scheme = "", ...rest] = value.split(" ");
    if (scheme.toLowerCase() !== "bearer" || rest.length !== 1) {
      return refused("the header authorization holds no bearer token");
    }
    const secretIndex = findEqual(rest[0] ?? "", secrets);
    return secretIndex === undefined
      ? refused(`the token is none of ${secrets.length} secrets`)
      : { ok: true, secretIndex };
  },
};
