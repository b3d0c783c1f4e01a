import { createHmac } from "node:crypto";

const keys = { access: "ncp_iam_DEPLOYER0000001", secret: "deployer-secret-key-0001" };

/** Signs a request independently of the product, as NAVER Cloud's common page describes it. */
export async function callGateway(
  { origin, secret = keys.secret }: { readonly origin: string; readonly secret?: string },
  line: string,
  body?: unknown,
) {
  const [method = "", path = ""] = line.split(" ");
  const target = `/api/v1${path}`;
  const timestamp = String(Date.now());
  const text = `${method} ${target}\n${timestamp}\n${keys.access}`;
  const response = await fetch(origin + target, {
    method,
    headers: {
      "x-ncp-apigw-timestamp": timestamp,
      "x-ncp-iam-access-key": keys.access,
      "x-ncp-apigw-signature-v2": createHmac("sha256", secret).update(text).digest("base64"),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  return { status: response.status, body: answer === "" ? {} : JSON.parse(answer) };
}
