import { StartProblem } from "../start-problem.ts";
import { requestMsMax } from "./kafka-queues.ts";
import { kafkaErrorName } from "./kafka-refusal.ts";

/**
 * The first broker, in the order given, that does what is tried of it. kafkajs itself passes over one that refuses
 * connections, and not over one that takes them and never answers. What a broker says of its topics holds for all.
 */
export async function findBroker(
  brokers: readonly string[],
  tryBroker: (broker: string) => Promise<void>,
): Promise<string> {
  const reasons: string[] = [];
  for (const broker of brokers) {
    try {
      await tryBroker(broker);
      return broker;
    } catch (error) {
      if (error instanceof StartProblem) {
        throw error;
      }
      reasons.push(
        brokers.length === 1 ? brokerFailure(error) : `${broker}: ${brokerFailure(error)}`,
      );
    }
  }
  throw unusableKafka(brokers, reasons.join("; "));
}

export function unusableKafka(brokers: readonly string[], reason: string): StartProblem {
  return new StartProblem(`--kafka ${brokers.join(",")} cannot be used: ${reason}`);
}

/** Of a request that has no answer kafkajs tells its own names alone. */
export function brokerFailure(error: unknown): string {
  const name = kafkaErrorName(error);
  return /^Request .* timed out$/.test(name)
    ? `it takes connections and does not answer within ${requestMsMax} ms`
    : name;
}
