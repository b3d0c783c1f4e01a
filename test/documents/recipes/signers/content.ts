import { hmac, plainSecrets, type Signer } from "./signer.ts";

/** Bytes as Airtable shows them: in base64. */
function base64Credential(byte: number) {
  const key = Buffer.alloc(32, byte);
  return { shown: key.toString("base64"), key };
}

export const content: readonly Signer[] = [
  {
    // https://airtable.com/developers/web/api/webhooks-overview
    name: "airtable",
    credentials: [base64Credential(0x5a), base64Credential(0x6b), base64Credential(0x7c)],
    proof: "body",
    proofHeaders: ["x-airtable-content-mac"],
    body: '{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},"timestamp":"2022-02-01T21:25:05.663Z"}',
    sign: (body, given) => ({
      "x-airtable-content-mac": `hmac-sha256=${hmac("sha256", given, body).toString("hex")}`,
    }),
    event: { id: /^[0-9a-f]{64}$/, type: "com.airtable.notification", key: "app00000000000000" },
    replyBody: "",
  },
  {
    // https://developer.box.com/guides/webhooks/v2/ and computeWebhookSignature of box-node-sdk 10.12: the body, then the time
    name: "box",
    credentials: plainSecrets,
    proof: "body and time",
    toleranceSeconds: 600,
    proofHeaders: ["box-signature-primary", "box-delivery-timestamp"],
    body: '{"type":"webhook_event","id":"0f5c0a3a-3b6f-4b43-8f1d-6a5f2f1f0d10","created_at":"2016-07-11T10:10:32-07:00","trigger":"FILE.UPLOADED","webhook":{"id":"53","type":"webhook"},"source":{"id":"73835521473","type":"file","name":"Test-Image-3.png"}}',
    sign: (body, given) => {
      const time = new Date(given.nowSeconds * 1_000).toISOString().replace(".000Z", "-00:00");
      return {
        "box-delivery-id": "673a081b-bb4b-4d45-b4f1-4131a29c1d07",
        "box-delivery-timestamp": time,
        "box-signature-version": "1",
        "box-signature-algorithm": "HmacSHA256",
        "box-signature-primary": hmac("sha256", given, body + time).toString("base64"),
      };
    },
    event: {
      id: "0f5c0a3a-3b6f-4b43-8f1d-6a5f2f1f0d10",
      type: "FILE.UPLOADED",
      key: "73835521473",
    },
  },
  {
    // https://www.dropbox.com/developers/reference/webhooks: the body and the GET are the document's
    name: "dropbox",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-dropbox-signature"],
    body: '{"list_folder":{"accounts":["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]},"delta":{"users":[12345678]}}',
    sign: (body, given) => ({
      "x-dropbox-signature": hmac("sha256", given, body).toString("hex"),
    }),
    event: {
      id: /./,
      type: "com.dropbox.notification",
      key: "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc",
    },
    challenge: {
      call: () => ({ method: "GET", query: "challenge=abc123", headers: {}, body: "" }),
      reply: { status: 200, body: "abc123" },
    },
  },
  {
    // https://www.mux.com/docs/core/verify-webhook-signatures
    name: "mux",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["mux-signature"],
    body: '{"type":"video.asset.ready","object":{"type":"asset","id":"0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002"},"id":"3a56ac3d-33da-4366-855b-f592d898409d","environment":{"name":"Demo pages","id":"j0863n"},"data":{"status":"ready"},"created_at":"2018-02-15T01:04:45.000Z","attempts":[]}',
    sign: (body, given) => {
      const signature = hmac("sha256", given, `${given.nowSeconds}.${body}`).toString("hex");
      return { "mux-signature": `t=${given.nowSeconds},v1=${signature}` };
    },
    event: {
      id: "3a56ac3d-33da-4366-855b-f592d898409d",
      type: "video.asset.ready",
      key: "0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002",
    },
  },
  {
    // https://developers.notion.com/reference/webhooks and verifyWebhookSignature of @notionhq/client 5.26
    name: "notion",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-notion-signature"],
    body: '{"id":"367cba44-b6f3-4c92-81e7-6a2e9659efd4","timestamp":"2024-12-05T23:55:34.285Z","workspace_id":"13950b26-c203-4f3b-b97d-93ec06319565","type":"page.created","entity":{"id":"153104cd-477e-809d-8dc4-ff2d96ae3090","type":"page"},"attempt_number":1,"data":{}}',
    sign: (body, given) => ({
      "x-notion-signature": `sha256=${hmac("sha256", given, body).toString("hex")}`,
    }),
    event: {
      id: "367cba44-b6f3-4c92-81e7-6a2e9659efd4",
      type: "page.created",
      key: "153104cd-477e-809d-8dc4-ff2d96ae3090",
    },
  },
  {
    // https://www.typeform.com/developers/webhooks/secure-your-webhooks/
    name: "typeform",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["typeform-signature"],
    body: '{"event_id":"LtWXD3crgy","event_type":"form_response","form_response":{"form_id":"lT4Z3j","token":"a3a12ec67a1365927098a606107fac15","submitted_at":"2018-01-18T18:17:02Z","answers":[]}}',
    sign: (body, given) => ({
      "typeform-signature": `sha256=${hmac("sha256", given, body).toString("base64")}`,
    }),
    event: {
      id: "LtWXD3crgy",
      type: "form_response",
      key: "lT4Z3j",
      subject: "a3a12ec67a1365927098a606107fac15",
    },
  },
  {
    // https://developers.webflow.com/data/docs/working-with-webhooks and verifySignature of webflow-api 3.3.4: the time is in
    // milliseconds.
    name: "webflow",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["x-webflow-signature", "x-webflow-timestamp"],
    body: '{"triggerType":"form_submission","payload":{"name":"Contact Us","siteId":"65427cf400e02b306eaa049c","data":{"Email":"zaphod@example.com"},"submittedAt":"2022-09-14T12:35:16.117Z","id":"6321ca84df3949bfc6752327"}}',
    sign: (body, given) => {
      const time = given.nowSeconds * 1_000;
      return {
        "x-webflow-timestamp": String(time),
        "x-webflow-signature": hmac("sha256", given, `${time}:${body}`).toString("hex"),
      };
    },
    event: { id: /^[0-9a-f]{64}$/, type: "form_submission", key: "6321ca84df3949bfc6752327" },
  },
  {
    // https://developer.clickup.com/docs/webhooksignature
    name: "clickup",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-signature"],
    body: '{"webhook_id":"7689a169-a000-4985-8676-6902b96d6627","event":"taskCreated","task_id":"c0j"}',
    sign: (body, given) => ({ "x-signature": hmac("sha256", given, body).toString("hex") }),
    event: { id: /^[0-9a-f]{64}$/, type: "taskCreated", key: "c0j" },
  },
];
