// Responds as fast as Node.js can: a socket writes fixed bytes when a request is whole. It is a child of
// client.mjs, so that its time is not the client's.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";

const body = '{"status":"200","detail":"OK"}';
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const [keyPath, certPath] = process.argv.slice(2);

function serve(socket) {
  let text = "";
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    text += chunk.latin1Slice();
    const head = text.indexOf("\r\n\r\n");
    const at = text.indexOf("content-length: ");
    if (head > 0 && text.length >= head + 4 + Number.parseInt(text.slice(at + 16, at + 24), 10)) {
      text = "";
      socket.write(answer);
    }
  });
}

const plain = createServer(serve).listen(0, "127.0.0.1", () => {
  const secure = createTlsServer(
    { key: readFileSync(keyPath), cert: readFileSync(certPath) },
    serve,
  );
  secure.listen(0, "localhost", () => {
    process.send({ http: plain.address().port, https: secure.address().port });
  });
});
