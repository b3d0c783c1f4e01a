import type { BatchItem, FindBatchItemFailures } from "../model/function-definition.ts";
import { isLost, notAttempted } from "../model/result.ts";

/**
 * Returns the ids of the messages of a batch that the queue shall send again: those that failed, and in a FIFO queue all
 * later messages of their group
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, read 2026-11-30). Returns undefined if
 * the event is no batch, or if a part of it failed that belongs to no message.
 */
export const findBatchItemFailures: FindBatchItemFailures = (
  { batch, records, refusedBodies = [], endings },
  delivery,
) => {
  const items = new Set<BatchItem | undefined>();
  for (const [index, { batchItem }] of [...records, ...refusedBodies].entries()) {
    const ending = delivery.endings[index] ?? notAttempted;
    if (isLost(ending)) {
      items.add(batchItem);
    }
  }
  if (batch === undefined || items.has(undefined) || endings.some(isLost)) {
    return undefined;
  }
  const groups = new Set<string | undefined>();
  const failed = batch.filter((item) => {
    const isFailed = items.has(item) || (item.group !== undefined && groups.has(item.group));
    if (isFailed) {
      groups.add(item.group);
    }
    return isFailed;
  });
  return failed.map(({ id }) => id);
};
