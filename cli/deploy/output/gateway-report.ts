import type { Smoke } from "../apply/smoke.ts";

/** The part of a report that is about API Gateway. Absent with --no-gateway, and without a function that takes HTTP. */
export type GatewayReport = {
  /** The origin of its management API. */
  readonly origin: string;
  readonly product: string;
  readonly api: string;
  readonly stage: string;
  /** The URL as the API shows it; absent until it does. */
  readonly invokeUrl?: string;
  /** The beginning of every sender's address: `/<source>` follows. */
  readonly url?: string;
  /** True until somebody has made the trigger in the console once. */
  readonly isOpen: boolean;
  /** False if the key pair may not see API Gateway. */
  readonly isManaged: boolean;
  readonly smoke?: Smoke;
};

export function gatewayLines({
  origin,
  invokeUrl,
  url,
  isOpen,
  smoke,
}: GatewayReport): readonly string[] {
  const shown =
    invokeUrl === undefined
      ? [
          isOpen
            ? "no URL yet: a step by hand is open"
            : "no URL: the API shows none. After an apply, look at the stage in the console",
        ]
      : [`invokeUrl ${invokeUrl}`];
  return [
    `management API at ${origin}`,
    ...shown,
    ...(url === undefined ? [] : [`at each sender, enter ${url}/<source>`]),
    ...(smoke === undefined
      ? []
      : [`smoke call ${smoke.ending}:`, ...smoke.lines.map((line) => `  ${line}`)]),
  ];
}
