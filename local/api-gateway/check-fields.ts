import { isJsonObject } from "../cloud-functions/check-fields.ts";
import type { JsonObject } from "../cloud-functions/resources.ts";
import { undocumentedError } from "../cloud-functions/responses.ts";
import type { OutgoingResponse } from "../http/response.ts";

/** Bounds of what is kept, so that the emulator's memory has one. The first two were seen as limits of NAVER Cloud. */
export const apisMax = 20;
export const stagesMax = 10;
export const productsMax = 100;
export const resourcesMax = 100;
export const deploymentsMax = 100;

const descriptionCharactersMax = 300;

export function invalid(details: string): OutgoingResponse {
  return undocumentedError(400, "INVALID_FIELD", details);
}

export function taken(details: string): OutgoingResponse {
  return undocumentedError(409, "DUPLICATED", details);
}

export function full(details: string): OutgoingResponse {
  return undocumentedError(409, "LIMIT", details);
}

export function inUse(details: string): OutgoingResponse {
  return undocumentedError(409, "IN_USE", details);
}

export function absent(what: string): OutgoingResponse {
  return undocumentedError(404, "NOT_FOUND", what);
}

export function checkName(
  name: unknown,
  field: string,
  rule: RegExp,
): OutgoingResponse | undefined {
  return typeof name === "string" && rule.test(name)
    ? undefined
    : invalid(`${field} must match ${rule}`);
}

export function checkDescription(
  body: JsonObject,
  field: string,
  max = descriptionCharactersMax,
): OutgoingResponse | undefined {
  const { [field]: value = "" } = body;
  return typeof value === "string" && value.length <= max
    ? undefined
    : invalid(`${field} must be a text of at most ${max} characters`);
}

const methodNames = ["ANY", "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];
const endPoints = ["mockEndPoint", "httpEndPoint", "ncpEndPoint"];
const regions = ["KR", "JPN", "USWN", "DEN", "SGN", "HK"];
const urlCharactersMax = 1_500;

/**
 * Checks a method: all three filters, and exactly one end point. The fields are those of the vendor's export of its own
 * API (NaverCloudPlatform/terraform-plugin-codegen-openapi, apigw_v1.json of 2023-11-23).
 */
export function checkMethod(body: JsonObject): OutgoingResponse | undefined {
  if (!methodNames.includes(String(body["methodName"]))) {
    return invalid(`methodName must be one of ${methodNames.join(", ")}`);
  }
  const filters = ["requiredApiKey", "authentication", "validation"];
  const missing = filters.find((name) => !isJsonObject(body[name]));
  if (missing !== undefined) {
    return invalid(`${missing} is required`);
  }
  const given = endPoints.filter((name) => isJsonObject(body[name]));
  if (given.length !== 1) {
    return invalid(`exactly one of ${endPoints.join(", ")} is required`);
  }
  const { ncpEndPoint } = body;
  return (
    (isJsonObject(ncpEndPoint) ? checkNcpEndPoint(ncpEndPoint) : undefined) ??
    checkDescription(body, "methodDescription")
  );
}

function checkNcpEndPoint(given: JsonObject): OutgoingResponse | undefined {
  const texts = ["service", "region", "actionId", "actionName", "url"];
  const missing = texts.find((name) => typeof given[name] !== "string" || given[name] === "");
  if (missing !== undefined || typeof given["stream"] !== "boolean") {
    return invalid(`ncpEndPoint.${missing ?? "stream"} is required`);
  }
  if (!regions.includes(String(given["region"]))) {
    return invalid(`ncpEndPoint.region must be one of ${regions.join(", ")}`);
  }
  const { method = "ANY", url } = given;
  if (!methodNames.includes(String(method))) {
    return invalid("ncpEndPoint.method is none");
  }
  return isHttpUrl(String(url), urlCharactersMax)
    ? undefined
    : invalid(`ncpEndPoint.url must be an http(s) URL of at most ${urlCharactersMax} characters`);
}

export function isHttpUrl(url: string, charactersMax: number): boolean {
  return url.length <= charactersMax && /^https?:\/\//.test(url) && URL.canParse(url);
}
