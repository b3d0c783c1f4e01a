import type { Recipe, RecipeSource, Text } from "./recipe.ts";

const algorithms: Readonly<Record<string, string>> = {
  sha1: "HMAC-SHA1",
  sha256: "HMAC-SHA256",
  sha512: "HMAC-SHA512",
  ed25519: "Ed25519",
  "ecdsa-sha256": "ECDSA P-256",
  "rsa-sha256": "RSA-SHA256",
};

/** Returns the header that holds the signature or the secret. */
export function headerOf({ source }: Recipe): string {
  const { verifier, header = "authorization" } = source;
  return { "standard-webhooks": "webhook-signature", svix: "svix-signature" }[verifier] ?? header;
}

/** Says in one sentence what proves the sender. */
export function describeProof({ source }: Recipe): Text {
  const { verifier, header = "" } = source;
  switch (verifier) {
    case "hmac":
    case "public-key":
      return describeSignature(source);
    case "token":
      return {
        en: `The header \`${header}\` holds the secret itself. The body is not signed.`,
        ko: `\`${header}\` 헤더에 시크릿이 그대로 담깁니다. 본문에는 서명하지 않습니다.`,
      };
    case "bearer":
      return {
        en: "The header `authorization` holds the token itself. The body is not signed.",
        ko: "`authorization` 헤더에 토큰이 그대로 담깁니다. 본문에는 서명하지 않습니다.",
      };
    case "basic":
      return {
        en: "The header `authorization` holds user and password. The body is not signed.",
        ko: "`authorization` 헤더에 사용자와 비밀번호가 담깁니다. 본문에는 서명하지 않습니다.",
      };
    default:
      return {
        en: `The signature is that of \`${verifier}\`.`,
        ko: `서명 방식은 \`${verifier}\`입니다.`,
      };
  }
}

function describeSignature(source: RecipeSource): Text {
  const { header = "", encoding = "hex", template = templateOf(source) } = source;
  const algorithm = algorithms[source.algorithm ?? "sha256"] ?? "";
  // A template may hold line breaks, which stand as \n in JSON.
  const signed = JSON.stringify(template).slice(1, -1);
  return {
    en: `${algorithm} in ${encoding} over \`${signed}\`, in the header \`${header}\`.`,
    ko: `\`${signed}\`에 대한 ${algorithm}(${encoding})이 \`${header}\` 헤더에 담깁니다.`,
  };
}

function templateOf(source: RecipeSource): string {
  return isTimed(source) ? "{timestamp}.{body}" : "{body}";
}

/** Tells whether a source's proof has a signed time. */
export function isTimed({ verifier, timestampHeader, timestampPrefix }: RecipeSource): boolean {
  return (
    (timestampHeader ?? timestampPrefix) !== undefined ||
    verifier === "standard-webhooks" ||
    verifier === "svix"
  );
}

/** Says how old a delivery may be. */
export function describeReplay({ source }: Recipe): Text {
  const { toleranceSeconds = 300 } = source;
  return isTimed(source)
    ? {
        en: `The signed time may be ${toleranceSeconds} s old.`,
        ko: `서명된 시각은 ${toleranceSeconds}초까지 오래돼도 됩니다.`,
      }
    : {
        en: "No time is signed, so a recorded delivery can be sent again.",
        ko: "시각에 서명하지 않으므로 가로챈 웹훅을 다시 보낼 수 있습니다.",
      };
}
