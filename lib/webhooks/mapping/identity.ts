import type { JsonDocument } from "../../encoding/json-document.ts";
import { sha256Hex } from "../../encoding/sha256.ts";
import type { Verifier } from "../verify/verifier.ts";
import type { Selector, SelectorReader } from "./selectors.ts";

/** Characters of a SHA-256 in hex. They suffice against a second body with the same hash. */
const bodyHashChars = 32;

export type IdentityInput = {
  /** The source's name. */
  readonly name: string;
  readonly verifier: Pick<Verifier, "covers" | "signedHeader">;
  readonly timestampMs: number | undefined;
  readonly body: Uint8Array;
};

/**
 * Creates a reader of ids. The same delivery gets the same id on every retry. An id that the signature does not cover
 * gets a hash of the body appended, so that nobody can use a delivery's id in advance. Without an id, equal bodies get
 * equal ids. An element of a split body gets the delivery's id and its index, unless it has an id of its own.
 */
export function createIdReader(read: SelectorReader, input: IdentityInput) {
  const { name, verifier, timestampMs, body } = input;
  // Each hash is computed at most once for all elements.
  const bodyHash = once(() => sha256Hex(body).slice(0, bodyHashChars));
  const contentId = once(() =>
    sha256Hex(Buffer.concat([Buffer.from(`${name}\n${timestampMs ?? ""}\n`), body])),
  );
  return (element?: JsonDocument, index?: number): string => {
    const found = read(element);
    const isProven = found !== undefined && isCovered(found.selector, verifier);
    const proven = isProven ? found.text : found && `${found.text}-${bodyHash()}`;
    const id = proven ?? contentId();
    return index === undefined || found?.selector.from === "element" ? id : `${id}#${index}`;
  };
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Tells whether a proof covers what a selector reads. Nobody else chooses the id of a call. */
function isCovered(
  selector: Selector,
  { covers, signedHeader }: IdentityInput["verifier"],
): boolean {
  if (selector.from === "call" || covers === "request") {
    return true;
  }
  return selector.from === "header"
    ? selector.name === signedHeader
    : covers === "body" && selector.from !== "const";
}
