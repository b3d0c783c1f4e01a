// The package `datastream-relay/client`: a client of Data Stream's produce API, and the signature of any NAVER Cloud API.

import { createHttpClient } from "../lib/http/client.ts";
import { createClient, type DataStreamClient } from "./client/create-client.ts";
import type { DataStreamClientOptions } from "./client/options.ts";

export type { Acknowledgement } from "../lib/model/acknowledgement.ts";
export type { FaultCode, OutageCode, RefusalCode } from "../lib/model/result.ts";
export type { DataStreamClient, ProduceOptions } from "./client/create-client.ts";
export type { DataStreamClientOptions } from "./client/options.ts";
export type { ProduceOutcome, ProduceRecord } from "./client/records.ts";
export { type RequestToSign, type SignedHeaders, type SignInput, sign } from "./client/sign.ts";

/**
 * Creates a client of the produce API (https://api.ncloud-docs.com/docs/en/datastream-postproduce, read 2026-11-30). One
 * client serves a whole process: it keeps connections, and at most 16 records are in flight.
 *
 * @throws TypeError if an option is wrong. It names every problem and holds no value.
 */
export function createDataStreamClient(options: DataStreamClientOptions): DataStreamClient {
  const { transport, close } = createHttpClient(Date.now);
  return createClient(options, {
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    transport,
    closeConnections: close,
    schedule: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
}
