// The package `datastream-relay/testing`: a Data Stream in this process, for tests.

export type {
  FaultRate,
  FaultScript,
  FaultStep,
} from "../local/data-stream/faults/fault-script.ts";
export type { RemainingFaults } from "../local/data-stream/faults/faults.ts";
export type { TokenBucket } from "../local/data-stream/faults/throttle.ts";
export type { TopicSetting, TopicSettings } from "../local/data-stream/topics/topic-settings.ts";
export {
  type DataStream,
  type DataStreamFaults,
  type DataStreamOptions,
  type FaultInput,
  startDataStream,
} from "./testing/data-stream.ts";
export type { StoredRecord, WaitFor, WaitOptions } from "./testing/records.ts";
