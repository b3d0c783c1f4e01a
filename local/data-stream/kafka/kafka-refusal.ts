import type { ApiRefusal } from "../produce/gateway-request.ts";
import { apiRefusal } from "../produce/gateway-request.ts";
import { gatewayError } from "../produce/produce-responses.ts";

const tooLarge = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

export function toKafkaRefusal(error: unknown): ApiRefusal {
  const name = kafkaErrorName(error);
  return tooLarge.includes(name)
    ? apiRefusal(
        gatewayError(413, "Kafka does not take a message of this size."),
        `Kafka refused the message: ${name}`,
        "Send less in one message, or raise max.message.bytes of the Kafka topic.",
      )
    : notAcknowledged(name);
}

export function notAcknowledged(why: string): ApiRefusal {
  return apiRefusal(
    gatewayError(503, "Kafka did not acknowledge the message."),
    `Kafka did not acknowledge the message: ${why}`,
    "See that the cluster of --kafka is up, and send again; the first try may be in Kafka all the same.",
  );
}

/** Returns Kafka's own name of an error if it has one. kafkajs sometimes wraps it. */
export function kafkaErrorName(error: unknown): string {
  if (!(error instanceof Error)) {
    return "unknown error";
  }
  const type = "type" in error && typeof error.type === "string" ? error.type : undefined;
  const { cause } = error;
  return type ?? (cause instanceof Error ? kafkaErrorName(cause) : error.message.slice(0, 200));
}
