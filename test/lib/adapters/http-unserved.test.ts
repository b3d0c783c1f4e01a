import { describe, expect, test } from "vitest";
import * as reply from "../../../lib/adapters/http-reply.ts";
import * as request from "../../../lib/adapters/http-request.ts";
import * as unserved from "../../../lib/adapters/http-unserved.ts";
import { endedEarly } from "../../../lib/model/result.ts";

const byText = (one: string, other: string) => (one < other ? -1 : 1);

const refused = endedEarly({
  kind: "refused",
  code: "NOT_FOUND",
  reason: "bucket is not served over HTTP",
});

describe("The HTTP part of a function without HTTP", () => {
  test("the replacement has every name of the modules that it replaces", () => {
    expect(Object.keys(unserved).toSorted(byText)).toEqual(
      [...Object.keys(reply), ...Object.keys(request)].toSorted(byText),
    );
  });

  test("gives the response that the whole part gives", () => {
    expect(unserved.toHttpReply(refused)).toEqual(reply.toHttpReply(refused));
    expect(unserved.toHttpReply(refused)).toEqual({
      statusCode: 404,
      headers: { "content-type": "application/json" },
      body: { status: "refused", reason: "bucket is not served over HTTP" },
    });
    expect(unserved.toBodyText({ status: "refused" })).toBe('{"status":"refused"}');
  });

  test("reads the method, and neither the body nor the headers", async () => {
    const event = {
      ...{ kind: "http", method: "PUT", path: "", query: "", headers: new Map() },
      body: { kind: "malformed" },
    };
    expect(unserved.readLambdaRequest({ body: "abc" }, "PUT")).toEqual(event);
    expect(unserved.readOpenWhiskRequest({ __ow_body: "abc" }, "PUT")).toEqual(event);
    const sent = new Request("https://relay.example/", { method: "PUT", body: "abc" });
    expect(await unserved.readFetchRequest(sent, "PUT")).toEqual(event);
    expect(sent.bodyUsed).toBe(false);
  });
});
