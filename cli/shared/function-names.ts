/** The functions that have settings, in the order in which they are told of. */
export const functionNames = ["webhook", "bucket", "heartbeat", "redrive"] as const;

export type FunctionName = (typeof functionNames)[number];
