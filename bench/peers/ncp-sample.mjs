// Does the same work in the style of the usual samples for NAVER Cloud's APIs: crypto-js signs and axios
// sends.
import axios from "axios";
import CryptoJS from "crypto-js";

const producePath = "/api/produce";

export async function main(params) {
  const body = Buffer.from(params.__ow_body, "base64").toString("utf8");
  if (!isSigned(body, params.__ow_headers["x-hub-signature-256"], params.WEBHOOK_SECRETS.github)) {
    return { statusCode: 401, body: JSON.stringify({ status: "refused" }) };
  }
  const payload = JSON.parse(body);
  const id = params.__ow_headers["x-github-delivery"];
  const key = payload.repository.full_name;
  const value = JSON.stringify({
    specversion: "1.0",
    id,
    source: "/webhooks/github",
    type: `com.github.${params.__ow_headers["x-github-event"]}`,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    partitionkey: key,
    data: payload,
  });
  try {
    const timestamp = Date.now().toString();
    const response = await axios.post(
      params.DATASTREAM_ENDPOINT + producePath,
      { topic: params.DATASTREAM_TOPIC, key, value },
      {
        headers: {
          "Content-Type": "application/json",
          "x-ncp-apigw-timestamp": timestamp,
          "x-ncp-iam-access-key": params.NCLOUD_ACCESS_KEY,
          "x-ncp-apigw-signature-v2": makeSignature(params, timestamp),
        },
      },
    );
    return {
      statusCode: response.status,
      body: JSON.stringify({ status: response.data.detail, id }),
    };
  } catch (error) {
    console.error(error.message);
    return { statusCode: 503, body: JSON.stringify({ status: "failed" }) };
  }
}

function isSigned(body, signature, secrets) {
  return secrets.some(
    (secret) => `sha256=${CryptoJS.HmacSHA256(body, secret).toString()}` === signature,
  );
}

function makeSignature(params, timestamp) {
  const hmac = CryptoJS.algo.HMAC.create(CryptoJS.algo.SHA256, params.NCLOUD_SECRET_KEY);
  hmac.update("POST");
  hmac.update(" ");
  hmac.update(producePath);
  hmac.update("\n");
  hmac.update(timestamp);
  hmac.update("\n");
  hmac.update(params.NCLOUD_ACCESS_KEY);
  return hmac.finalize().toString(CryptoJS.enc.Base64);
}
