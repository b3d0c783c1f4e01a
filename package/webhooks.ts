// The package `datastream-relay/webhooks`: the proof of a webhook's sender, without the relay around it.

export type { HeadersInput, WebhookDelivery } from "./webhooks/delivery.ts";
export type { WebhookSource } from "./webhooks/source.ts";
export { type Verdict, type VerifiedEvent, type VerifyOptions, verify } from "./webhooks/verify.ts";
