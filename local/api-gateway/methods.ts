import type { JsonObject } from "../cloud-functions/resources.ts";
import { noContent } from "../cloud-functions/responses.ts";
import { jsonResponse, type OutgoingResponse } from "../http/response.ts";
import { absent, checkMethod, taken } from "./check-fields.ts";
import type {
  ApiPlace,
  GatewayCall,
  GatewayForms,
  GatewayMethod,
  GatewayResource,
} from "./model.ts";
import { noSuchPath } from "./responses.ts";

/** Handles `…/methods` and `…/methods/{name}`. */
export function handleMethods(
  call: GatewayCall,
  resource: GatewayResource,
  place: ApiPlace,
): OutgoingResponse {
  const { methods } = resource;
  const { forms } = place.gateway;
  const [, , , , , , , name] = call.segments;
  if (name !== undefined) {
    return handleMethod(call, { name, resource, place });
  }
  if (call.method === "GET") {
    const shown = [...methods.values()].map((one) => show(one, resource, place));
    return jsonResponse(200, { methods: shown });
  }
  if (call.method !== "POST") {
    return noSuchPath();
  }
  const refused =
    checkMethod(call.body) ??
    (methods.has(String(call.body["methodName"])) ? taken("methodName") : undefined);
  if (refused !== undefined) {
    return refused;
  }
  const method = addMethod(resource, call.body);
  const shown = show(method, resource, place);
  return jsonResponse(
    201,
    forms.postedMethod === "methods" ? { methods: [shown] } : { method: shown },
  );
}

export function addMethod({ methods }: GatewayResource, fields: JsonObject): GatewayMethod {
  const method = { ...fields, methodName: String(fields["methodName"]) };
  methods.set(method.methodName, method);
  return method;
}

type OneMethod = {
  readonly name: string;
  readonly resource: GatewayResource;
  readonly place: ApiPlace;
};

function handleMethod(
  { method, body }: GatewayCall,
  { name, resource, place }: OneMethod,
): OutgoingResponse {
  const { methods } = resource;
  if (!methods.has(name)) {
    return absent("method");
  }
  if (method === "DELETE") {
    methods.delete(name);
    return noContent;
  }
  if (method !== "PATCH") {
    return noSuchPath();
  }
  const refused = checkMethod({ ...body, methodName: name });
  if (refused !== undefined) {
    return refused;
  }
  const changed = addMethod(resource, { ...body, methodName: name });
  return jsonResponse(200, { method: show(changed, resource, place) });
}

function show(
  method: GatewayMethod,
  { resourceId, resourcePath }: GatewayResource,
  { api, gateway }: ApiPlace,
): JsonObject {
  const { methodDescription = "", ...fields } = method;
  return {
    ...withEndPoint(fields, gateway.forms),
    ...(gateway.forms.descriptions ? { methodDescription } : {}),
    ...{ apiId: api.apiId, resourceId, resourcePath },
    ...{ useBodyWhenFormData: false, consumers: null, produces: null },
  };
}

/** An item of the list has both fields in the vendor's export. Which of them is filled is not known. */
function withEndPoint(fields: JsonObject, { endPoint }: GatewayForms): JsonObject {
  const { ncpEndPoint, ...others } = fields;
  if (ncpEndPoint === undefined || endPoint === "object") {
    return fields;
  }
  return { ...others, endpointCode: "NCP", endpointConfigJson: JSON.stringify(ncpEndPoint) };
}
