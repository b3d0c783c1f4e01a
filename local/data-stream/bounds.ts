/** Bounds of what an emulator keeps, unless its options say otherwise. */
export const recordsMaxDefault = 10_000;
export const recordBytesMaxDefault = 256 * 1024 * 1024;
export const dataBytesMaxDefault = 1024 * 1024 * 1024;
/**
 * The limits page says at most 200 GB per partition, oldest removed first:
 * https://guide.ncloud-docs.com/docs/datastream-spec (read 2026-11-30).
 */
export const partitionBytesMaxDefault = 200_000_000_000;
