// Runs a stream over loopback HTTPS that acknowledges a request only after a complete check.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNotSigned, whyNotTheWebhook } from "./calls.mjs";

/** Runs `use` with a certificate for localhost, which children trust through NODE_EXTRA_CA_CERTS. */
export async function withCertificate(use) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync(
      "openssl",
      ["req", "-x509", ...curve, ...name, "-days", "2", "-keyout", key, "-out", cert],
      { stdio: "pipe" },
    );
    return await use({ key: readFileSync(key), cert: readFileSync(cert), certPath: cert });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `use` with a stream for the webhook of calls.mjs. `seen` counts, and keeps the last refusal. */
export async function withWebhookStream({ key, cert, certPath }, use) {
  const seen = { acknowledged: 0, refusal: undefined };
  const server = createServer({ key, cert, keepAliveTimeout: 60_000 }, async (incoming, answer) => {
    const text = Buffer.concat(await incoming.toArray()).toString("utf8");
    const reason = whyNotSigned(incoming) ?? whyNotTheWebhook(text);
    seen.acknowledged += reason === undefined ? 1 : 0;
    seen.refusal = reason ?? seen.refusal;
    const status = reason === undefined ? 200 : 400;
    const body = reason === undefined ? '{"status":"200","detail":"OK"}' : '{"status":"400"}';
    answer.writeHead(status, {
      "content-type": "application/json",
      "content-length": String(body.length),
    });
    answer.end(body);
  });
  // The server listens on the name, not on an address: the functions look the name up too, and must not try
  // another address first.
  await once(server.listen(0, "localhost"), "listening");
  try {
    return await use({ endpoint: `https://localhost:${server.address().port}`, certPath, seen });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
