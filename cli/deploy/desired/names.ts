import type { FunctionName } from "../../shared/function-names.ts";
import type { Deployment } from "./deployment.ts";

export type Names = {
  readonly packageName: string;
  readonly actions: Readonly<Record<FunctionName, string>>;
  readonly triggers: Readonly<Record<"bucket" | "heartbeat" | "redrive", string>>;
};

/** Names are unique across actions, triggers and packages, so each kind has an ending of its own. */
export function toNames({
  prefix,
  package: packageName,
}: Pick<Deployment, "prefix" | "package">): Names {
  return {
    packageName,
    actions: {
      webhook: `${prefix}-webhook`,
      bucket: `${prefix}-bucket`,
      heartbeat: `${prefix}-heartbeat`,
      redrive: `${prefix}-redrive`,
    },
    triggers: {
      bucket: `${prefix}-bucket-events`,
      heartbeat: `${prefix}-heartbeat-cron`,
      redrive: `${prefix}-redrive-cron`,
    },
  };
}

const ownMark = "datastream-relay: ";

/** The description says whose a resource is, for people and for the next deploy. At most 3,000 bytes. */
export function mark(text: string): string {
  return `${ownMark}${text}`;
}

export function isMarked(description: string | undefined): boolean {
  return description?.startsWith(ownMark) === true;
}
