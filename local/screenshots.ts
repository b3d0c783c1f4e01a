// `tsx local/screenshots.ts`: the README's picture, from the real page with sample traffic.
import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
// biome-ignore lint/correctness/noUnresolvedImports: its types come through a CommonJS re-export, which the linter does not follow.
import type { Page } from "playwright-core";
// biome-ignore lint/correctness/noUnresolvedImports: its types come through a CommonJS re-export, which the linter does not follow.
import { chromium } from "playwright-core";
import { startStandIn } from "./data-stream/server.ts";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const picture = fileURLToPath(new URL("console.png", import.meta.url));
const viewport = { width: 1440, height: 1120 };
const accessKey = "ncp_iam_LOCALACCESSKEY";
const secretKey = "local-secret-key-not-for-production";
const paymentKey = "order-1042";

type Message = { readonly topic: string; readonly key: string; readonly value: string };

const standIn = await startStandIn({
  port: 0,
  topics: { "local-events": 3, payments: 1 },
  accessKeys: { [accessKey]: secretKey },
});

/** Signed as documented, or over the full URL: the mistake that most make first. */
function produce(message: Message, isSignedWrong = false): Promise<Response> {
  const timestamp = String(Date.now());
  const target = isSignedWrong ? `${standIn.origin}/api/produce` : "/api/produce";
  const signature = createHmac("sha256", secretKey)
    .update(`POST ${target}\n${timestamp}\n${accessKey}`)
    .digest("base64");
  return fetch(`${standIn.origin}/api/produce`, {
    method: "POST",
    headers: {
      "x-ncp-apigw-timestamp": timestamp,
      "x-ncp-iam-access-key": accessKey,
      "x-ncp-apigw-signature-v2": signature,
    },
    body: JSON.stringify(message),
  });
}

function event(type: string, key: string, data: string): string {
  const time = new Date().toISOString();
  const head = {
    specversion: "1.0",
    id: crypto.randomUUID(),
    source: "/webhooks/shop",
    type,
    time,
  };
  const attributes = { ...head, datacontenttype: "application/json", partitionkey: key };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${data}}`;
}

function sample(index: number): Message {
  const kinds = [
    ["com.github.push", "octo/demo", '{"ref":"refs/heads/main","after":12345678901234567890}'],
    ["com.ncloud.objectstorage.object-created", "photos/서울/cat.jpg", '{"size":1024}'],
    ["me.line.message", "U4af4980629", '{"message":{"type":"text","text":"안녕하세요"}}'],
    ["order.paid", `order-${1000 + (index % 60)}`, '{"total":12.50,"currency":"KRW"}'],
    ["heartbeat.tick", "local-heartbeat", "{}"],
  ] as const;
  const [type, key, data] = kinds[index % kinds.length] ?? kinds[0];
  const topic = type === "order.paid" ? "payments" : "local-events";
  return { topic, key, value: event(type, key, data) };
}

async function sendTraffic(page: Page): Promise<void> {
  for (let index = 0; index < 600; index += 1) {
    await produce(sample(index));
    await page.waitForTimeout(10 + 15 * Math.abs(Math.sin(index / 60)));
  }
  const paid = (total: string) => ({
    topic: "payments",
    key: paymentKey,
    value: event("order.paid", paymentKey, `{"total":${total},"currency":"KRW"}`),
  });
  await produce(paid("12.50"));
  await produce(paid("12.50"), true);
  await produce(paid("13.00"));
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
});
try {
  const page = await browser.newPage({ viewport, locale: "en-US", colorScheme: "light" });
  await page.goto(standIn.origin);
  await page.locator("#connection[data-state=live]").waitFor();
  await sendTraffic(page);
  const paid = page.locator("#records .row", { hasText: paymentKey });
  await paid.nth(1).waitFor();
  await paid.first().click();
  await page.getByRole("button", { name: "Difference" }).click();
  await page.locator("#record-value .added").first().waitFor();
  // The flow shows whole pieces of two seconds, and the page asks for offsets once a second.
  await page.waitForTimeout(2500);
  await page.evaluate(
    "document.activeElement.blur(); document.getElementById('record').scrollTop = 0; scrollTo(0, 0)",
  );
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
  await standIn.close();
}
console.log(`wrote ${picture}`);
