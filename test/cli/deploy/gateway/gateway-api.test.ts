import { describe, expect, test } from "vitest";
import { adviceFor, gatewayOriginOf } from "../../../../cli/deploy/gateway/gateway-api.ts";
import { templateFileOf } from "../../../../cli/deploy/gateway/template/template.ts";

describe("where API Gateway's management API is", () => {
  test.for([
    ["kr", "https://apigateway.apigw.ntruss.com"],
    ["sg", "https://apigateway.apigw.ntruss.com"],
    ["jp", "https://apigateway.apigw.ntruss.com"],
    ["fin", "https://apigateway.apigw.fin-ntruss.com"],
    ["gov", "https://apigateway.apigw.gov-ntruss.com"],
  ] as const)("the region %s has %s", ([region, origin]) => {
    expect(gatewayOriginOf(region, { endpoint: undefined })).toBe(origin);
    expect(gatewayOriginOf(region, { endpoint: "https://proxy.example" })).toBe(origin);
  });

  test("an endpoint on this machine stands for both APIs, and a named one wins", () => {
    const endpoint = "http://127.0.0.1:4012/";

    expect(gatewayOriginOf("kr", { endpoint })).toBe("http://127.0.0.1:4012");
    expect(gatewayOriginOf("kr", { endpoint, gatewayEndpoint: "https://gw.example/" })).toBe(
      "https://gw.example",
    );
  });
});

describe("the cure of a failure of API Gateway's management API", () => {
  test.for([
    [403, "10011", "Change/createAPI"],
    [403, "10002", "why is not documented"],
    [401, "210", "NCP_API_GATEWAY_MANAGER"],
    [401, "200", "this machine's clock"],
    [403, "230", "NCP_API_GATEWAY_MANAGER"],
    [404, "300", "--gateway-endpoint"],
    [400, "", "--no-gateway"],
  ] as const)("HTTP %i with the code %s is told with %s", ([status, code, text]) => {
    expect(adviceFor(status, code)).toContain(text);
  });

  test("an outage has no cure but time", () => {
    expect(adviceFor(503, "")).toBe("");
  });
});

describe("the file that --adopt writes", () => {
  test.for([
    ["deploy.config.ts", false, "deploy.gateway.json"],
    ["stages/deploy.prod.ts", false, "stages/deploy.prod.gateway.json"],
    ["prod.json", true, "prod.gateway.local.json"],
  ] as const)("beside %s (rehearsal: %s) it is %s", ([config, isRehearsal, file]) => {
    expect(templateFileOf(config, isRehearsal)).toBe(file);
  });
});
