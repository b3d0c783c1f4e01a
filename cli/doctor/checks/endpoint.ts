import { producePath } from "../../../lib/data-stream/produce-api.ts";
import type { Effects } from "../../../lib/effects/effects.ts";
import type { HttpResponse } from "../../../lib/effects/transport.ts";
import { otherProtocolOf } from "../../../lib/http/response.ts";
import { type Check, failed, ok, skipped, warning } from "./check.ts";
import { managementEndpoint, produceEndpoint } from "./management.ts";
import { adviceForNoResponse } from "./no-response.ts";

const timeoutMs = 10_000;
/** The API accepts a signature for 5 minutes. One minute is left for other delays. */
const differenceMsMax = 4 * 60_000;
const differenceMsAdvised = 30_000;

/**
 * Checks that the produce API can be reached, and compares the clock with the API's. The request is a GET
 * without a signature, so no response to it can mean that a message was produced.
 */
export async function checkEndpoint(
  endpoint: string,
  { now, transport }: Pick<Effects, "now" | "transport">,
): Promise<readonly Check[]> {
  const url = new URL(producePath, endpoint);
  const startedMs = now();
  const headers = ["host", url.host];
  const response = await transport({ method: "GET", url, headers, body: "", timeoutMs });
  const tookMs = now() - startedMs;
  return [toEndpointCheck(url, response, tookMs), toClockCheck(response, startedMs, tookMs)];
}

function toEndpointCheck({ host }: URL, response: HttpResponse, tookMs: number): Check {
  const named = { check: "produce endpoint" };
  if (response.kind === "noResponse") {
    const found = `${host}: ${otherProtocolOf(response) ?? "no answer"} (${response.code})`;
    return failed(named, found, adviceForNoResponse(response));
  }
  if (host === new URL(managementEndpoint).host) {
    const found = `${host} is the host of topic management, which takes no messages`;
    return failed(named, found, `set DATASTREAM_ENDPOINT=${produceEndpoint}, or leave it out`);
  }
  const found = `${host} answers (HTTP ${response.status}) in ${tookMs} ms`;
  return response.status >= 500
    ? warning(named, found, "it is not serving: look at NAVER Cloud's notices and try again later")
    : ok(named, found);
}

/**
 * Compares the clocks. `Date` has whole seconds, so half a second is added, and half of the time that the
 * response took.
 */
function toClockCheck(response: HttpResponse, startedMs: number, tookMs: number): Check {
  const named = { check: "clock" };
  if (response.kind === "noResponse") {
    return skipped(named, "the produce endpoint did not answer");
  }
  const date = response.headers["date"];
  const theirsMs = typeof date === "string" ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(theirsMs)) {
    return skipped(named, "the answer has no date to compare with");
  }
  const differenceMs = startedMs + tookMs / 2 - (theirsMs + 500);
  const found = describeDifference(differenceMs, 500 + tookMs / 2);
  const todo = "set this machine's clock (NTP); a deployed function has a clock of its own";
  const size = Math.abs(differenceMs);
  if (size > differenceMsMax) {
    return failed(named, `${found}; signatures are refused from 5 minutes on`, todo);
  }
  return size > differenceMsAdvised ? warning(named, found, todo) : ok(named, found);
}

function describeDifference(differenceMs: number, uncertainMs: number): string {
  const seconds = Math.round(Math.abs(differenceMs) / 1_000);
  if (Math.abs(differenceMs) <= uncertainMs || seconds === 0) {
    return `agrees with the endpoint's to ${Math.max(1, Math.ceil(uncertainMs / 1_000))} s`;
  }
  return `${seconds} s ${differenceMs > 0 ? "ahead of" : "behind"} the endpoint's`;
}
