import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bucket, startStorageWorld } from "../harness.ts";

function md5(text: string): string {
  return createHash("md5").update(text).digest("base64");
}

function toXml(...keys: readonly string[]): string {
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join("");
  return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`;
}

const path = `/${bucket}/`;
const query = "delete=";

describe("several objects", () => {
  test("several objects are removed by one request, missing ones too, each removal with its event", async () => {
    const storage = await startStorageWorld();
    await storage.put("a", "1");
    await storage.put("b&c", "2");
    await storage.put("d", "3");
    const body = toXml("a", "b&amp;c", "nothing");

    const reply = await storage.send({
      ...{ method: "POST", path, query, body },
      headers: { "content-md5": md5(body) },
    });

    expect(reply.status).toBe(200);
    expect([...reply.text.matchAll(/<Deleted><Key>([^<]*)/g)].map(([, key]) => key)).toEqual([
      ...["a", "b&amp;c", "nothing"],
    ]);
    const names = storage.events.map(({ ncloud }) => ncloud.event_name);
    expect(names.filter((name) => name === "object-removed")).toHaveLength(2);
    expect([(await storage.get("a")).status, (await storage.get("d")).status]).toEqual([404, 200]);
  });

  test("a quiet request gets a response without names", async () => {
    const storage = await startStorageWorld();
    const body = toXml("a").replace("<Object>", "<Quiet>true</Quiet><Object>");

    const reply = await storage.send({
      ...{ method: "POST", path, query, body },
      headers: { "content-md5": md5(body) },
    });

    expect(reply.status).toBe(200);
    expect(reply.text).not.toContain("<Key>");
  });

  test.for([
    ["without Content-MD5", toXml("a"), undefined, "InvalidRequest"],
    ["with another one", toXml("a"), md5("b"), "BadDigest"],
    ["with 1,001 of them", toXml(...Array<string>(1_001).fill("a")), "right", "MalformedXML"],
    ["with none of them", toXml(), "right", "MalformedXML"],
    ["as something else", "{}", "right", "MalformedXML"],
  ] as const)("the objects stay after a request %s", async ([, body, given, code]) => {
    const storage = await startStorageWorld();
    await storage.put("a", "1");
    const digest = given === "right" ? md5(body) : given;

    const reply = await storage.send({
      ...{ method: "POST", path, query, body },
      headers: digest === undefined ? {} : { "content-md5": digest },
    });

    expect(reply).toMatchObject({ status: 400, code });
    expect((await storage.get("a")).status).toBe(200);
  });
});
