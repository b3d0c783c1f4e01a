import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import type { Network } from "../desired/desired-state.ts";
import { flagIn, objectIn, parametersIn, readType, textIn } from "./fields.ts";

/**
 * Describes an action as the API returns it. A field that is absent or has another type is undefined, which
 * means "not known" and never "equal".
 * NAVER Cloud API guide, page "Get Action" (https://api.ncloud-docs.com, read in
 * November 2026): code and parameters are among an action's fields.
 */
export type ActualAction = {
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly kind: string | undefined;
  readonly main: string | undefined;
  readonly binary: boolean | undefined;
  readonly code: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly memoryMb: number | undefined;
  readonly vpc: Network | undefined;
  readonly rawHttp: boolean | undefined;
  readonly customOptions: boolean | undefined;
  readonly parameters: UnknownObject | undefined;
};

export function readAction(content: UnknownObject): ActualAction {
  const exec = objectIn(content, "exec");
  const limits = objectIn(content, "limits");
  return {
    type: readType(content),
    description: textIn(content, "description"),
    kind: textIn(exec, "kind") ?? textIn(content, "runtime"),
    main: textIn(exec, "main"),
    binary: flagIn(exec, "binary"),
    code: textIn(exec, "code"),
    timeoutMs: numberIn(limits, "timeout"),
    memoryMb: numberIn(limits, "memory"),
    vpc: readNetwork(content["vpc"]),
    rawHttp: flagIn(content, "raw-http"),
    customOptions: flagIn(content, "custom-options"),
    parameters: parametersIn(content),
  };
}

/** Accepts a list and an object: the request takes a list, and the page "Get Action" shows an object. */
function readNetwork(value: unknown): Network | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const object = isUnknownObject(first) ? first : {};
  const vpcNo = numberIn(object, "vpcNo");
  const subnetNo = numberIn(object, "subnetNo");
  return vpcNo === undefined || subnetNo === undefined ? undefined : { vpcNo, subnetNo };
}

/** Accepts a number that is written as text, too. */
function numberIn(object: UnknownObject, name: string): number | undefined {
  const value = object[name];
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" ? number : undefined;
}
