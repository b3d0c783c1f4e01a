/** What an emulator keeps when nothing else is asked for. */
export const recordsMaxDefault = 10_000;
export const recordBytesMaxDefault = 256 * 1024 * 1024;
export const dataBytesMaxDefault = 1024 * 1024 * 1024;
/** "At most 200 GB per partition, oldest removed first", say the prerequisites. */
export const partitionBytesMaxDefault = 200_000_000_000;
