import { existsSync } from "node:fs";
import type { Page } from "playwright-core";
import { chromium } from "playwright-core";
import { onTestFinished } from "vitest";

export const executablePath = "/usr/bin/chromium";
export const launchArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
/** Longer than the second between two refreshes of the page. */
export const pollMsMax = 10_000;

/** A missing browser skips the tests, but fails them in CI. */
export const isWithoutBrowser = !existsSync(executablePath) && process.env["CI"] === undefined;
if (isWithoutBrowser) {
  console.warn(`no browser at ${executablePath}: the tests of the console page are skipped`);
}

export type ConsolePage = { readonly page: Page; readonly complaints: string[] };

type Options = {
  readonly width?: number;
  /** The place of the page, such as `#/topics`. */
  readonly hash?: string;
  readonly locale?: string;
  readonly colorScheme?: "light" | "dark";
  readonly browserArgs?: readonly string[];
};

/** Opens the page of the emulator and collects its errors. */
export async function openConsole(
  { origin }: { readonly origin: string },
  {
    width = 1280,
    hash = "",
    locale = "en-US",
    colorScheme = "light",
    browserArgs = [],
  }: Options = {},
): Promise<ConsolePage> {
  const browser = await chromium.launch({ executablePath, args: [...launchArgs, ...browserArgs] });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height: 800 }, locale, colorScheme });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:")) {
      complaints.push(`a request to ${request.url()}`);
    }
  });
  await page.goto(`${origin}/${hash}`);
  await page.locator("#connection[data-state=live]").waitFor();
  return { page, complaints };
}

export async function overflowPx(page: Page): Promise<unknown> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

/** Returns the keys of the visible rows, newest first. */
export function rowKeys(page: Page): Promise<readonly string[]> {
  return page.locator("#records .row .key").allTextContents();
}

export function rowOf(page: Page, key: string) {
  return page.locator("#records .row", { has: page.getByText(key, { exact: true }) });
}
