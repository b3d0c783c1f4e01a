import { decodeBase64 } from "../../encoding/base64.ts";
import { parameterOf } from "../../encoding/query.ts";
import { indexOfEqual } from "./equal.ts";
import {
  headerMissing,
  notVerified,
  toVerification,
  type Verification,
  type Verifier,
} from "./verifier.ts";

/** Verifies a secret that a header carries unchanged. It authenticates the whole request. */
export function createToken(header: string): Verifier {
  return {
    covers: "request",
    proofHeaders: [header],
    verify: ({ headers }, secrets) =>
      toVerified(headers.get(header), secrets) ?? headerMissing(header),
  };
}

/**
 * Verifies a secret that a parameter of the URL's query carries, for senders that take a URL and nothing else. The query of
 * a GET is its body, so a GET is refused: the secret would go onto the topic.
 */
export function createQueryToken(name: string): Verifier {
  return {
    covers: "request",
    verify: ({ method, query = "" }, secrets) => {
      const given = method === "GET" ? undefined : parameterOf(query, name);
      if (given === undefined) {
        return notVerified(`the query of a POST has to hold ${name} once`);
      }
      // A token in base64 is often pasted into a URL as it is, where "+" means a blank.
      const tokens = [given, given.replaceAll(" ", "+")];
      const index = Math.max(...tokens.map((token) => indexOfEqual(token, secrets)));
      return toVerification(index, secrets, { orElse: "" });
    },
  };
}

/** Compares what a request carries with the secrets; undefined if it carries nothing. */
function toVerified(
  given: string | Uint8Array | undefined,
  secrets: readonly string[],
): Verification | undefined {
  return given === undefined
    ? undefined
    : toVerification(indexOfEqual(given, secrets), secrets, { orElse: "" });
}

/** `Authorization: Bearer <token>` (https://www.rfc-editor.org/rfc/rfc6750#section-2.1). */
export const bearer = createAuthorization("bearer", (token) => token);

/**
 * `Authorization: KakaoAK <the app's admin key>`
 * (https://developers.kakao.com/docs/latest/ko/getting-started/callback, read 2026-11-30).
 */
export const kakaoAdminKey = createAuthorization("kakaoak", (key) => key);

/** `Authorization: Basic <base64>` (https://www.rfc-editor.org/rfc/rfc7617). Secrets are `user:password`. */
export const basic = createAuthorization("basic", decodeBase64, {
  fits: (secret) => /^[^:]+:./.test(secret),
  text: "user:password",
});

/** Verifies the credentials of a scheme, whose name is case-insensitive (https://www.rfc-editor.org/rfc/rfc9110#section-11.1). */
/* @__NO_SIDE_EFFECTS__ */
function createAuthorization(
  scheme: string,
  decode: (credentials: string) => string | Uint8Array | undefined,
  secretForm: Verifier["secretForm"] = {
    fits: (secret) => !/\s/.test(secret),
    text: `the credentials alone, without blanks, and without ${scheme} before them`,
  },
): Verifier {
  return {
    secretForm,
    covers: "request",
    proofHeaders: ["authorization"],
    verify: ({ headers }, secrets) => {
      const header = headers.get("authorization");
      if (header === undefined) {
        return headerMissing("authorization");
      }
      const [, name = "", credentials = ""] = /^(\S+) +(\S+)$/.exec(header) ?? [];
      const isOfScheme = name.toLowerCase() === scheme;
      return (
        toVerified(isOfScheme ? decode(credentials) : undefined, secrets) ??
        notVerified(`the header authorization holds no ${scheme} credentials`)
      );
    },
  };
}
