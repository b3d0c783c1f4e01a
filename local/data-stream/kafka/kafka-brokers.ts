import { StartProblem } from "../start-problem.ts";
import { requestMsMax } from "./kafka-queues.ts";
import { kafkaErrorName } from "./kafka-refusal.ts";

/**
 * Returns the first broker, in the given order, that passes the try. kafkajs itself skips a broker that refuses
 * connections, but not one that accepts them and never responds. All brokers have the same topics.
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

/** Explains a failure of a broker. For a request without a response kafkajs reports only internal names. */
export function brokerFailure(error: unknown): string {
  const name = kafkaErrorName(error);
  return /^Request .* timed out$/.test(name)
    ? `it takes connections and does not respond within ${requestMsMax} ms`
    : name;
}
