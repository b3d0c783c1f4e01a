import { decodeDigest, findSecret, type HmacScheme } from "./hmac.ts";
import { refused, type Verifier } from "./verifier.ts";

export type GenericHmacOptions = HmacScheme & {
  readonly header: string;
  /** Stands before the digest, such as `sha256=`; may be empty. */
  readonly prefix: string;
};

/** An HMAC of the raw body in one header: the scheme that most senders share. */
export function createGenericHmac(options: GenericHmacOptions): Verifier {
  const { prefix, algorithm } = options;
  const header = options.header.toLowerCase();
  return {
    covers: "body",
    verify: ({ headers, body }, secrets) => {
      const value = headers.get(header);
      if (value === undefined) {
        return refused(`the header ${header} is missing`);
      }
      const digest = value.startsWith(prefix)
        ? decodeDigest(value.slice(prefix.length), options)
        : undefined;
      if (digest === undefined) {
        return refused(`the header ${header} holds no ${algorithm} digest`);
      }
      const secretIndex = findSecret(digest, { signed: body, algorithm }, secrets);
      return secretIndex === undefined
        ? refused(`the signature fits none of ${secrets.length} secrets`)
        : { ok: true, secretIndex };
    },
  };
}
