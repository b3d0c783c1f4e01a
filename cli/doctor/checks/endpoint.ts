import { producePath } from "../../../lib/data-stream/produce-api.ts";
import type { Effects } from "../../../lib/effects/effects.ts";
import type { HttpResponse } from "../../../lib/effects/transport.ts";
import { otherProtocolOf } from "../../../lib/http/client.ts";
import { type Check, failed, ok, skipped, warning } from "./check.ts";
import { adviceFor } from "./no-answer.ts";

const timeoutMs = 10_000;
/** The API takes a signature for 5 minutes: a minute is left for whatever else is late. */
const differenceMsMax = 4 * 60_000;
const differenceMsAdvised = 30_000;

/**
 * Whether the produce API can be reached, and the clock against its own. Asks with GET and without a
 * signature: whatever answers that, it cannot have produced anything.
 */
export async function checkEndpoint(
  endpoint: string,
  { now, transport }: Pick<Effects, "now" | "transport">,
): Promise<readonly Check[]> {
  const url = new URL(producePath, endpoint);
  const startedMs = now();
  const headers = ["host", url.host];
  const answer = await transport({ method: "GET", url, headers, body: "", timeoutMs });
  const tookMs = now() - startedMs;
  return [toEndpointCheck(url, answer, tookMs), toClockCheck(answer, startedMs, tookMs)];
}

function toEndpointCheck({ host }: URL, answer: HttpResponse, tookMs: number): Check {
  const named = { check: "produce endpoint" };
  if (answer.kind === "noResponse") {
    const found = `${host}: ${otherProtocolOf(answer) ?? "no answer"} (${answer.code})`;
    return failed(named, found, adviceFor(answer));
  }
  const found = `${host} answers (HTTP ${answer.status}) in ${tookMs} ms`;
  return answer.status >= 500
    ? warning(named, found, "it is not serving: look at NAVER Cloud's notices and try again later")
    : ok(named, found);
}

/** `Date` has whole seconds: half of one is added, and as much of the answer's time. */
function toClockCheck(answer: HttpResponse, startedMs: number, tookMs: number): Check {
  const named = { check: "clock" };
  if (answer.kind === "noResponse") {
    return skipped(named, "the produce endpoint did not answer");
  }
  const date = answer.headers["date"];
  const theirsMs = typeof date === "string" ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(theirsMs)) {
    return skipped(named, "the answer has no date to compare with");
  }
  const differenceMs = startedMs + tookMs / 2 - (theirsMs + 500);
  const found = tell(differenceMs, 500 + tookMs / 2);
  const todo = "set this machine's clock (NTP); a deployed function has a clock of its own";
  const size = Math.abs(differenceMs);
  if (size > differenceMsMax) {
    return failed(named, `${found}; signatures are refused from 5 minutes on`, todo);
  }
  return size > differenceMsAdvised ? warning(named, found, todo) : ok(named, found);
}

function tell(differenceMs: number, uncertainMs: number): string {
  const seconds = Math.round(Math.abs(differenceMs) / 1_000);
  if (Math.abs(differenceMs) <= uncertainMs || seconds === 0) {
    return `agrees with the endpoint's to ${Math.max(1, Math.ceil(uncertainMs / 1_000))} s`;
  }
  return `${seconds} s ${differenceMs > 0 ? "ahead of" : "behind"} the endpoint's`;
}
