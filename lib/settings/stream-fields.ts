import { acknowledgements } from "../model/acknowledgement.ts";
import { logLevels } from "../model/log.ts";
import { optional, required, withDefault } from "./fields.ts";
import {
  bucketName,
  flag,
  headerKey,
  integer,
  oneOf,
  origin,
  partitionCounts,
  secretText,
  textWhere,
  topicName,
} from "./rules.ts";

/** The settings that every function reads. */
export const streamFields = {
  NCLOUD_ACCESS_KEY: required(headerKey),
  NCLOUD_SECRET_KEY: required(secretText),
  DATASTREAM_ENDPOINT: withDefault(origin, "https://api.datastream.naverncp.com"),
  DATASTREAM_TOPIC: optional(topicName),
  DATASTREAM_PARTITIONS: optional(partitionCounts),
  DATASTREAM_CONCURRENCY: withDefault(integer(1, 256), 16),
  DATASTREAM_ATTEMPTS_MAX: withDefault(integer(1, 20), 5),
  DATASTREAM_MESSAGE_BYTES_MAX: withDefault(integer(1, 100_000_000), 1_000_000),
  DATASTREAM_ACKNOWLEDGEMENT: withDefault(oneOf(acknowledgements), "documented"),
  DELIVERY_TIMEOUT_MS: optional(integer(500, 900_000)),
  ATTEMPT_TIMEOUT_MS: withDefault(integer(100, 60_000), 3_000),
  SQS_PARTIAL_BATCH: withDefault(flag, false),
  DEAD_LETTER_BUCKET: optional(bucketName),
  CLAIM_CHECK_BUCKET: optional(bucketName),
  OBJECT_STORAGE_ENDPOINT: withDefault(origin, "https://kr.object.ncloudstorage.com"),
  OBJECT_STORAGE_REGION: withDefault(
    textWhere((value) => /^[a-z0-9-]{1,50}$/.test(value), "must be a region's name"),
    "kr-standard",
  ),
  LOG_LEVEL: withDefault(oneOf(logLevels), "info"),
};

export const streamSettingNames = /* @__PURE__ */ Object.keys(
  streamFields,
) as (keyof typeof streamFields)[];
