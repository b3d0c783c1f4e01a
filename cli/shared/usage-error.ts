import { type Page, toPage } from "./page.ts";

/**
 * Reports a mistake of the person who typed the command. The message says what to correct, and contains no
 * value.
 */
export class UsageError extends Error {
  override name = "UsageError";
  /** The place in the documents that says more. */
  readonly page: Page;

  constructor(message: string, page = toPage("usage")) {
    super(message);
    this.page = page;
  }
}
