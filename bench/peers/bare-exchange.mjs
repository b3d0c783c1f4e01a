// The lower bound of cold.mjs: sends the right bytes over one TLS socket and does nothing that makes them
// safe to send. It checks no signature, keeps no limit, retries nothing, and reads only the last bytes of
// the response.
import { createHmac } from "node:crypto";
import { connect } from "node:tls";

export function main(params) {
  const { hostname, host, port } = new URL(params.DATASTREAM_ENDPOINT);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, servername: hostname }, () => {
      socket.write(toRequest(params, host));
    });
    let answer = "";
    socket.on("error", reject).on("data", (bytes) => {
      answer += bytes.latin1Slice();
      if (answer.endsWith("}")) {
        socket.destroy();
        resolve({ statusCode: answer.endsWith('"OK"}') ? 200 : 503 });
      }
    });
  });
}

function toRequest(params, host) {
  const headers = params.__ow_headers;
  const data = Buffer.from(params.__ow_body, "base64").toString();
  const id = headers["x-github-delivery"];
  const attributes = {
    ...{ specversion: "1.0", id, source: "/webhooks/github" },
    ...{ type: `com.github.${headers["x-github-event"]}`, time: new Date().toISOString() },
    ...{ datacontenttype: "application/json", partitionkey: "octo/relay" },
  };
  const value = `${JSON.stringify(attributes).slice(0, -1)},"data":${data}}`;
  const body = JSON.stringify({ topic: params.DATASTREAM_TOPIC, key: "octo/relay", value });
  const timestamp = String(Date.now());
  const signature = createHmac("sha256", params.NCLOUD_SECRET_KEY)
    .update(`POST /api/produce\n${timestamp}\n${params.NCLOUD_ACCESS_KEY}`)
    .digest("base64");
  return (
    `POST /api/produce HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\nx-ncp-apigw-timestamp: ${timestamp}\r\n` +
    `x-ncp-iam-access-key: ${params.NCLOUD_ACCESS_KEY}\r\n` +
    `x-ncp-apigw-signature-v2: ${signature}\r\n\r\n${body}`
  );
}
