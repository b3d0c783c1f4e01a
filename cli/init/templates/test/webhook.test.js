// Runs the built function against an emulator of Data Stream. `npm test` builds it first.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { startDataStream } from "datastream-relay/testing";
import webhook from "../dist/webhook/index.js";

const secret = "a-secret-of-this-test";

let stream;
before(async () => {
  stream = await startDataStream({ topics: { orders: 3 } });
});
after(() => stream.close());

function send(body, signature) {
  const request = new Request("http://localhost/webhook/orders", {
    method: "POST",
    headers: { "content-type": "application/json", "x-signature": signature },
    body,
  });
  return webhook.fetch(request, {
    DATASTREAM_ENDPOINT: stream.endpoint,
    DATASTREAM_TOPIC: "orders",
    DATASTREAM_PARTITIONS: "3",
    NCLOUD_ACCESS_KEY: stream.accessKey,
    NCLOUD_SECRET_KEY: stream.secretKey,
    WEBHOOK_SOURCES:
      '{ "orders": { "verifier": "hmac", "header": "x-signature", "key": ["body:/order"] } }',
    WEBHOOK_SECRETS: JSON.stringify({ orders: [secret] }),
    LOG_LEVEL: "error",
  });
}

function sign(body) {
  return createHmac("sha256", secret).update(body).digest("hex");
}

test("a signed order becomes a message with the order as its key", async () => {
  const body = '{"order":"A-1","total":12.50}';

  const reply = await send(body, sign(body));

  assert.equal(reply.status, 200);
  const record = await stream.waitFor(({ key }) => key === "A-1", { within: 2000 });
  assert.deepEqual(JSON.parse(record.value).data, { order: "A-1", total: 12.5 });
});

test("an order with a wrong signature is refused", async () => {
  const reply = await send('{"order":"A-2","total":1}', "0".repeat(64));

  assert.equal(reply.status, 401);
});

test("an order without a total is refused", async () => {
  const body = '{"order":"A-3"}';

  const reply = await send(body, sign(body));

  assert.equal(reply.status, 422);
});
