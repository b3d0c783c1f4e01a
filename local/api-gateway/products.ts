import type { JsonObject } from "../cloud-functions/resources.ts";
import { noContent } from "../cloud-functions/responses.ts";
import { jsonResponse, type OutgoingResponse } from "../http/response.ts";
import { handleApis } from "./apis.ts";
import {
  absent,
  checkDescription,
  checkName,
  full,
  inUse,
  invalid,
  productsMax,
  taken,
} from "./check-fields.ts";
import { type ApiGateway, type GatewayCall, type GatewayProduct, newId } from "./model.ts";
import { noSuchPath, pageOf } from "./responses.ts";

const productName = /^[^\n]{1,100}$/;
const subscriptionCodes = ["PUBLIC", "PROTECTED"];

/** Handles `/products` and the paths below it. */
export function handleProducts(call: GatewayCall, gateway: ApiGateway): OutgoingResponse {
  const [, productId, apis] = call.segments;
  if (productId === undefined) {
    return call.method === "GET" ? listProducts(call, gateway) : postProduct(call, gateway);
  }
  const product = gateway.products.get(productId);
  if (product === undefined) {
    return absent("product");
  }
  if (apis !== undefined) {
    return apis === "apis" ? handleApis(call, product, gateway) : noSuchPath();
  }
  return handleProduct(call, product, gateway);
}

function handleProduct(
  { method }: GatewayCall,
  product: GatewayProduct,
  gateway: ApiGateway,
): OutgoingResponse {
  if (method === "DELETE") {
    if (product.apis.size > 0) {
      return inUse("the product has APIs");
    }
    gateway.products.delete(product.productId);
    return noContent;
  }
  return method === "GET"
    ? jsonResponse(200, { product: showProduct(product, gateway) })
    : noSuchPath();
}

/** No page says how the name is searched: names that hold it in any case are listed here, and deleted ones too. */
function listProducts({ search }: GatewayCall, gateway: ApiGateway): OutgoingResponse {
  const { products, forms } = gateway;
  const asked = (search.get("productName") ?? "").toLowerCase();
  const found = [...products.values()].filter((one) =>
    one.productName.toLowerCase().includes(asked),
  );
  const shown = found.map((one) => showProduct(one, gateway));
  const content = pageOf(shown, search, forms.pageSize);
  return jsonResponse(200, {
    initialCount: products.size,
    productPage: { content, total: shown.length },
  });
}

function postProduct({ method, body }: GatewayCall, gateway: ApiGateway): OutgoingResponse {
  if (method !== "POST") {
    return noSuchPath();
  }
  const { products } = gateway;
  const refused =
    checkName(body["productName"], "productName", productName) ??
    (subscriptionCodes.includes(String(body["subscriptionCode"]))
      ? undefined
      : invalid(`subscriptionCode must be ${subscriptionCodes.join(" or ")}`)) ??
    checkDescription(body, "description") ??
    (products.size < productsMax ? undefined : full(`at most ${productsMax} products`)) ??
    ([...products.values()].some((one) => one.productName === body["productName"])
      ? taken("productName")
      : undefined);
  if (refused !== undefined) {
    return refused;
  }
  const product = addProduct(gateway, {
    productName: String(body["productName"]),
    subscriptionCode: String(body["subscriptionCode"]),
    productDescription: String(body["description"] ?? ""),
  });
  return jsonResponse(201, { product: showProduct(product, gateway) });
}

export function addProduct(
  { products }: ApiGateway,
  fields: Pick<GatewayProduct, "productName" | "subscriptionCode" | "productDescription">,
): GatewayProduct {
  const product = { productId: newId(), ...fields, apis: new Map() };
  products.set(product.productId, product);
  return product;
}

function showProduct(product: GatewayProduct, { forms }: ApiGateway): JsonObject {
  const { productId, productName: name, subscriptionCode, productDescription } = product;
  return {
    ...{ productId, invokeId: productId, productName: name, subscriptionCode },
    ...(forms.descriptions ? { productDescription } : {}),
    isDeleted: false,
  };
}
