import { existsSync } from "node:fs";
import type { Browser, Page, Request } from "playwright-core";
import { chromium } from "playwright-core";
import { onTestFinished } from "vitest";

/** Debian's two builds of Chromium. The one without windows needs less than half the CPU. */
const browserPaths = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
export const executablePath = browserPaths.find((path) => existsSync(path)) ?? "";
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
export const isWithoutBrowser = executablePath === "" && process.env["CI"] === undefined;
if (isWithoutBrowser) {
  console.warn(
    `no browser at ${browserPaths.join(" or ")}: the tests of the console page are skipped`,
  );
}

/** Starting a browser costs more than most tests, so all of a process share one. It ends with the process. */
let shared: Promise<Browser> | undefined;

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
  const browser = await openBrowser(browserArgs);
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    locale,
    colorScheme,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  countRequests(page);
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

/** Returns the shared browser, or a browser of the test's own if the test needs other options. */
async function openBrowser(browserArgs: readonly string[]): Promise<Browser> {
  if (browserArgs.length > 0) {
    const own = await chromium.launch({ executablePath, args: [...launchArgs, ...browserArgs] });
    onTestFinished(() => own.close());
    return own;
  }
  shared ??= chromium.launch({ executablePath, args: [...launchArgs] });
  return shared;
}

/** The requests of each page that have no response yet, without its endless event stream. */
const inFlight = new WeakMap<Page, Set<Request>>();

function countRequests(page: Page): void {
  const open = new Set<Request>();
  inFlight.set(page, open);
  page.on("request", (request) => {
    if (!request.url().endsWith("/_/events")) {
      open.add(request);
    }
  });
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
}

const fewFrames = `new Promise((drawn) => {
  const count = (left) => left === 0 ? drawn() : requestAnimationFrame(() => count(left - 1));
  count(4);
})`;

/** Waits until the page has drawn a change of place, with the responses to all requests that it led to. */
export async function settle(page: Page): Promise<void> {
  let isWaiting = true;
  while (isWaiting) {
    isWaiting = (inFlight.get(page)?.size ?? 0) > 0;
    await page.evaluate(fewFrames);
    isWaiting ||= (inFlight.get(page)?.size ?? 0) > 0;
  }
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
