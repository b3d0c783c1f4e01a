import type { Language } from "../settings.ts";

/** One text in the languages of the documents. */
export type Text = Readonly<Record<Language, string>>;

/** The public document that a row follows, with the date on which it was read. */
export type PublicDocument = { readonly url: string; readonly read: "2026-11-30" };

/** A provider that a verifier with options can express. Its page is generated, and a test signs and verifies with it. */
export type Recipe = {
  /** Name of the page and of the source. */
  readonly name: string;
  /** The provider as it writes itself. */
  readonly title: string;
  readonly document: PublicDocument;
  /** The object that a user puts into WEBHOOK_SOURCES, without a topic. */
  readonly source: RecipeSource;
  /** Says where the user finds the secret, and which form it has. */
  readonly secret: Text;
  /** The placeholder for the secret in the example. Default: `<signing secret>`. */
  readonly secretExample?: string;
  /** Secrets beside the source's own, by their names in WEBHOOK_SECRETS, such as `chat.verifyToken`. */
  readonly moreSecrets?: Readonly<Record<string, string>>;
  /** Time that the provider waits for a response, if its document says so. */
  readonly senderTimeoutMs?: number;
  /** Facts that the user has to know: limits, retries, reasons of an option. Each note is one or more whole sentences. */
  readonly notes?: readonly Text[];
};

/** Options of a source that a page explains. Others are taken as they are. */
export type RecipeSource = {
  readonly verifier: string;
  readonly header?: string;
  readonly algorithm?: string;
  readonly encoding?: string;
  readonly template?: string;
  readonly timestampHeader?: string;
  readonly timestampPrefix?: string;
  readonly toleranceSeconds?: number;
  readonly challenge?: string;
  readonly [option: string]: unknown;
};

/** A provider whose deliveries no verifier can prove. */
export type UnverifiableProvider = {
  readonly title: string;
  readonly document: PublicDocument;
  readonly reason: Text;
  /** Says what a user can do instead. */
  readonly instead: Text;
};
