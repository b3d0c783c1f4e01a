import { UsageError } from "../../shared/settings-source.ts";
import type { Prepared } from "../prepare.ts";
import type { Running } from "./running.ts";

/** Shows what ran. Throws an ApiFailure. */
export async function performLogs(
  _prepared: Prepared,
  _asked: Pick<Running, "options" | "surroundings">,
): Promise<void> {
  throw new UsageError("--logs is not there yet");
}
