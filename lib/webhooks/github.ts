import { createGenericHmac } from "./generic-hmac.ts";

/** GitHub docs, "Validating webhook deliveries". The older SHA-1 header is not accepted. */
export const github = createGenericHmac({
  header: "x-hub-signature-256",
  prefix: "sha256=",
  algorithm: "sha256",
  encoding: "hex",
});
