import { sampleOf, type WebhookSample } from "./samples.ts";
import { findSigner } from "./sign-webhook.ts";
import type { WebhookSource } from "./sources.ts";

/** The description of a source for the page. It never holds the secret. */
export type DescribedSource = {
  readonly name: string;
  readonly verifier: string;
  readonly canSign: boolean;
  readonly sample: WebhookSample;
};

export function describeSource(source: WebhookSource): DescribedSource {
  const { name, verifier } = source;
  const canSign = findSigner(source) !== undefined;
  return { name, verifier, canSign, sample: sampleOf(verifier) };
}
