// Runs an object storage that responds to every request after a fixed time, lists pages in no order, and
// counts.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const pageMax = 1_000;
const bucketPath = "/letters/";

/** `objects` contains texts or bytes by their names; bytes can be read in parts. Removed objects leave it. */
export async function withSlowStorage(answerMs, objects, use) {
  const seen = { list: 0, get: 0, put: 0, remove: 0, batch: 0 };
  const names = [...objects.keys()];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { status, body = "", headers = {} } = answer(request, Buffer.concat(chunks));
      setTimeout(() => {
        response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
        response.end(body);
      }, answerMs);
    });
  });

  function answer({ method, url, headers: { range } }, body) {
    const { pathname, searchParams } = new URL(url, "http://storage");
    const name = decodeURIComponent(pathname.slice(bucketPath.length));
    if (method === "GET" && name === "") {
      seen.list += 1;
      return { status: 200, body: list(searchParams) };
    }
    if (method === "POST") {
      seen.batch += 1;
      return removeAll(String(body));
    }
    return { GET: get, PUT: put, DELETE: remove }[method](name, method === "GET" ? range : body);
  }

  function list(query) {
    const from = Number(query.get("continuation-token") ?? 0);
    const page = names.slice(from, from + pageMax).filter((name) => objects.has(name));
    const next = from + pageMax;
    const isTruncated = next < names.length;
    const token = isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : "";
    const contents = page.map(
      (name) => `<Contents><Key>${name}</Key><Size>${objects.get(name).length}</Size></Contents>`,
    );
    return (
      `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${token}` +
      `<KeyCount>${page.length}</KeyCount>${contents.join("")}</ListBucketResult>`
    );
  }

  function get(name, range) {
    seen.get += 1;
    const body = objects.get(name);
    if (body === undefined) {
      return { status: 404 };
    }
    const headers = { etag: '"0"' };
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    if (from === undefined) {
      return { status: 200, body, headers };
    }
    const part = body.subarray(Number(from), Number(to) + 1);
    const last = Number(from) + part.length - 1;
    headers["content-range"] = `bytes ${from}-${last}/${body.length}`;
    return { status: 206, body: part, headers };
  }

  function put(name, body) {
    seen.put += 1;
    objects.set(name, body);
    return { status: 200, headers: { etag: '"0"' } };
  }

  function remove(name) {
    seen.remove += 1;
    objects.delete(name);
    return { status: 204 };
  }

  function removeAll(xml) {
    const found = [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name]) => name);
    for (const name of found) {
      objects.delete(name);
    }
    const deleted = found.map((name) => `<Deleted><Key>${name}</Key></Deleted>`);
    return { status: 200, body: `<DeleteResult>${deleted.join("")}</DeleteResult>` };
  }

  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    return await use({ endpoint: `http://127.0.0.1:${server.address().port}`, seen });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Makes the name of a dead letter from its index in time. */
export function toLetterName(index) {
  const id = createHash("sha256").update(String(index)).digest("hex").slice(0, 32);
  const time = new Date(Date.UTC(2026, 10, 24) + index * 1_000).toISOString().replaceAll(":", "");
  return `datastream-relay/dead-letters/${time}-${id}.ndjson`;
}
