// Responds with the bytes of the emulator, and reads a body to its end: what node:http itself takes. It is a child of
// stand-in.mjs.
import { createServer } from "node:http";

const body = '{"status":"200","detail":"OK"}';
const headers = { "content-type": "application/json", "content-length": String(body.length) };

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    Buffer.concat(chunks);
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("message", () => process.send({ cpu: process.cpuUsage() }));
