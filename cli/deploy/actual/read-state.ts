import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { toPlainText } from "../api/api-failure.ts";
import type { Network } from "../desired/desired-state.ts";
import type { ObjectStorageLink } from "../desired/desired-triggers.ts";

/**
 * Describes an action as the API returns it. A field that is absent or has another type is undefined, which
 * means "not known" and never "equal".
 * NAVER Cloud API guide, pages "Get Action" and "Get Trigger" (https://api.ncloud-docs.com, read in
 * November 2026): code and parameters are among an action's fields. A trigger's `execOption` differs between
 * versions.
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

export type ActualTrigger = {
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly cronOption: string | undefined;
  readonly objectStorageLink: readonly ObjectStorageLink[] | undefined;
  /** Holds names as the API writes them. The documented example shows a name without its package. */
  readonly actions: readonly string[] | undefined;
};

export function readAction(content: UnknownObject): ActualAction {
  const exec = objectIn(content, "exec");
  const limits = objectIn(content, "limits");
  return {
    type: readType(content),
    description: textIn(content, "description"),
    kind: textIn(exec, "kind"),
    main: textIn(exec, "main"),
    binary: flagIn(exec, "binary"),
    code: textIn(exec, "code"),
    timeoutMs: numberIn(limits, "timeout"),
    memoryMb: numberIn(limits, "memory"),
    vpc: readNetwork(content["vpc"]),
    rawHttp: flagIn(content, "raw-http"),
    customOptions: flagIn(content, "custom-options"),
    parameters: isUnknownObject(content["parameters"]) ? content["parameters"] : undefined,
  };
}

/**
 * Version 2.1 returns a type, version 2.0 a flag `web`. Raw HTTP is documented for web actions only, so the
 * flag `raw-http` means "web" too.
 */
function readType(content: UnknownObject): string | undefined {
  const type = textIn(content, "type");
  if (type !== undefined) {
    return toPlainText(type).toLowerCase();
  }
  if (content["web"] === true || content["raw-http"] === true) {
    return "web";
  }
  return content["web"] === false ? "basic" : undefined;
}

/** Accepts a list and an object: the request takes a list, and the page "Get Action" shows an object. */
function readNetwork(value: unknown): Network | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const object = isUnknownObject(first) ? first : {};
  const vpcNo = numberIn(object, "vpcNo");
  const subnetNo = numberIn(object, "subnetNo");
  return vpcNo === undefined || subnetNo === undefined ? undefined : { vpcNo, subnetNo };
}

export function readTrigger(content: UnknownObject): ActualTrigger {
  const actions = content["actions"];
  const { cronOption } = content;
  return {
    type: readType(content),
    description: textIn(content, "description"),
    cronOption: typeof cronOption === "string" ? cronOption : findCron(content["execOption"]),
    objectStorageLink: findLinks(content),
    actions: Array.isArray(actions) ? actions.filter((one) => typeof one === "string") : undefined,
  };
}

const depthMax = 4;

/**
 * Finds the cron expression among pairs of `key` and `value`. The pages document both forms: pairs in a
 * list and pairs within another pair.
 */
function findCron(option: unknown, depth = 0): string | undefined {
  const found = listOf(option)
    .filter(isUnknownObject)
    .map(({ key, value }) => {
      const isCron = (key === "cron" || key === "cronOption") && typeof value === "string";
      return isCron ? value : findNested(value, depth);
    });
  return found.find((value) => value !== undefined);
}

function findNested(value: unknown, depth: number): string | undefined {
  return depth < depthMax ? findCron(value, depth + 1) : undefined;
}

/**
 * Looks for the links in the form in which they were sent, because the form in which the API returns them
 * is not documented.
 */
function findLinks(content: UnknownObject): readonly ObjectStorageLink[] | undefined {
  const fields = [content["objectStorageLink"], content["execOption"]];
  const links = fields
    .flatMap(listOf)
    .filter(isUnknownObject)
    .flatMap(({ bucketName, eventRuleName }) =>
      typeof bucketName === "string" && typeof eventRuleName === "string"
        ? [{ bucketName, eventRuleName }]
        : [],
    );
  return links.length === 0 ? undefined : links;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function objectIn(object: UnknownObject, name: string): UnknownObject {
  const value = object[name];
  return isUnknownObject(value) ? value : {};
}

function textIn(object: UnknownObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" ? value : undefined;
}

function flagIn(object: UnknownObject, name: string): boolean | undefined {
  const value = object[name];
  return typeof value === "boolean" ? value : undefined;
}

/** Accepts a number that is written as text, too. */
function numberIn(object: UnknownObject, name: string): number | undefined {
  const value = object[name];
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" ? number : undefined;
}
