import type { UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import type { ReportedChange } from "../../output/report.ts";
import type { Level } from "../actual/actual-gateway.ts";
import type { MethodTemplate } from "../template/template.ts";
import type { WantedGateway } from "../wanted-gateway.ts";

/** One resource of API Gateway and the change that it needs. */
export type GatewayStep = ReportedChange & {
  readonly level: Level;
  readonly write:
    | { readonly kind: "product" | "api" | "stage" | "deploy" | "none" }
    | { readonly kind: "resource"; readonly path: string }
    | { readonly kind: "unmake"; readonly method: string }
    | { readonly kind: "method"; readonly body: UnknownObject | undefined };
};

export type GatewayInput = {
  readonly wanted: WantedGateway;
  readonly template: MethodTemplate | undefined;
  /** The action as Cloud Functions shows it; undefined if it is not there yet. */
  readonly action: UnknownObject | undefined;
  /** Uses an API that this command did not make. */
  readonly adopt: boolean;
  /** The actions of `webhook` that a move leaves behind. */
  readonly former: readonly string[];
};
