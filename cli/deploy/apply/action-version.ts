import type { ApiCall } from "../../shared/signed-call.ts";
import { toFailure, toPlainText } from "../api/api-failure.ts";
import type { DeployLocation } from "../api/regions.ts";

export type ActionVersions = {
  /** Makes a version of an action as it is now. Never throws: a version is an extra beside the record. */
  readonly freeze: (action: FrozenAction) => Promise<void>;
  /** Says which versions could not be made, and why. */
  readonly warnings: () => readonly string[];
};

type FrozenAction = { readonly packageName: string; readonly name: string };

type VersionContext = {
  readonly place: Pick<DeployLocation, "versionOrigin">;
  readonly now: () => number;
  readonly hide: (text: string) => string;
};

const timeoutMs = 10_000;

/**
 * Makes versions by API v3, on VPC in the regions that have it: at most ten for each action, which are rolled back and
 * deleted in the console
 * (https://api.ncloud-docs.com/docs/pub-cloud-functions-v3-action-versions-createactionversion, read 2026-11-30).
 */
export function createActionVersions(
  call: ApiCall,
  { place: { versionOrigin }, now, hide }: VersionContext,
): ActionVersions {
  const failed: string[] = [];
  return {
    async freeze({ packageName, name }) {
      if (versionOrigin === undefined) {
        return;
      }
      const path = packageName === "-" ? "default" : encodeURIComponent(packageName);
      const response = await call({
        method: "POST",
        pathAndQuery: `/api/v3/packages/${path}/actions/${encodeURIComponent(name)}/versions?platform=VPC`,
        body: { name: versionName(now()), description: "as it was before a deploy" },
        timeoutMs,
      });
      if (response.kind !== "response" || response.status < 200 || response.status > 299) {
        const { message } = toFailure(response, { what: "its version", nowMs: now(), hide });
        failed.push(`action ${name}: no version of it was made (${toPlainText(message)})`);
      }
    },
    warnings: () =>
      failed.length === 0
        ? []
        : [
            ...failed,
            "an action has at most ten versions: delete old ones in the console. The rollback record does not need them",
          ],
  };
}

/** Letters, digits and hyphens, at most 50: `before-20261130T183401234Z`. */
function versionName(nowMs: number): string {
  return `before-${new Date(nowMs).toISOString().replaceAll(/[^\dTZ]/g, "")}`;
}
