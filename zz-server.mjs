var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target2, all) => {
  for (var name in all)
    __defProp(target2, name, { get: all[name], enumerable: true });
};

// local/data-stream/start-problem.ts
var StartProblem, MissingPackage;
var init_start_problem = __esm({
  "local/data-stream/start-problem.ts"() {
    "use strict";
    StartProblem = class extends Error {
      name = "StartProblem";
    };
    MissingPackage = class extends StartProblem {
      name = "MissingPackage";
      constructor(wantedBy, ...names) {
        const list3 = names.join(" and ");
        super(
          `${wantedBy} needs the package${names.length > 1 ? "s" : ""} ${list3}: npm install --save-dev ${names.join(" ")}`
        );
      }
    };
  }
});

// local/data-stream/storage/make-directory.ts
import { existsSync as existsSync2, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
function makeDirectory(path) {
  const parent = dirname(path);
  if (parent !== path && !existsSync2(parent)) {
    makeDirectory(parent);
  }
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isDirectory(path)) {
      throw error;
    }
  }
}
function isDirectory(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
var mode;
var init_make_directory = __esm({
  "local/data-stream/storage/make-directory.ts"() {
    "use strict";
    mode = 448;
  }
});

// local/data-stream/storage/database-file.ts
import {
  chmodSync,
  closeSync,
  existsSync as existsSync3,
  openSync,
  readdirSync,
  readSync,
  statSync as statSync2
} from "node:fs";
import { join } from "node:path";
async function openDatabase(directory, bytesMax) {
  prepareDirectory(directory);
  checkHeader(directory);
  makePrivate(directory);
  const { default: Libsql } = await import("libsql").catch(() => {
    throw new MissingPackage("--data", "libsql");
  });
  const database = openOurs(() => new Libsql(join(directory, fileName)), directory);
  database.pragma(`max_page_count=${Math.ceil(bytesMax / pageBytes)}`);
  database.pragma(`journal_size_limit=${walKeptBytesMax}`);
  return database;
}
function prepareDirectory(directory) {
  let files;
  try {
    makeDirectory(directory);
    files = readdirSync(directory);
  } catch (error) {
    throw new StartProblem(
      `--data ${directory} cannot be used as a directory: ${errorCodeOf(error)}`
    );
  }
  if (!files.includes(fileName) && files.some((file) => !ourFiles.includes(file))) {
    throw new StartProblem(
      `--data ${directory} holds other files and no ${fileName}: name an empty or a new directory`
    );
  }
}
function makePrivate(directory) {
  const path = join(directory, fileName);
  try {
    if (!existsSync3(path)) {
      closeSync(openSync(path, "a", fileMode));
    }
    const files = ourFiles.map((file) => join(directory, file)).filter((file) => existsSync3(file));
    for (const file of files) {
      chmodSync(file, fileMode);
    }
    chmodSync(directory, statSync2(directory).mode & ownerAndSpecialBits);
  } catch {
  }
}
function checkHeader(directory) {
  const header2 = readHeader(directory);
  if (header2.length === 0) {
    return;
  }
  const isOurs = header2.length === headerBytes && header2.toString("latin1", 0, magic.length) === magic && header2.readUInt32BE(applicationIdAt) === applicationId;
  if (!isOurs) {
    throw notOurs(directory);
  }
  checkVersion(header2.readUInt32BE(userVersionAt), directory);
}
function checkVersion(version, directory) {
  if (version !== schemaVersion) {
    throw new StartProblem(
      `--data ${directory} was written by another version of the emulator (schema ${version}, this one has ${schemaVersion}): use that version, or name another directory`
    );
  }
}
function readHeader(directory) {
  const path = join(directory, fileName);
  if (!existsSync3(path) || existsSync3(`${path}-journal`)) {
    return Buffer.alloc(0);
  }
  try {
    const file = openSync(path, "r");
    try {
      const header2 = Buffer.alloc(headerBytes);
      return header2.subarray(0, readSync(file, header2, 0, headerBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new StartProblem(`${path} cannot be read: ${errorCodeOf(error)}`);
  }
}
function openOurs(open, directory) {
  let database;
  try {
    database = open();
    database.pragma("locking_mode=EXCLUSIVE");
    database.pragma("synchronous=FULL");
    database.exec("BEGIN IMMEDIATE");
    prepareSchema(database, directory);
    database.exec("COMMIT");
    database.pragma("journal_mode=WAL");
    return database;
  } catch (error) {
    releaseDatabase(database);
    throw error instanceof StartProblem ? error : toStartProblem(error, directory);
  }
}
function toStartProblem(error, directory) {
  const code = errorCodeOf(error);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new StartProblem(
      `--data ${directory} is in use by another emulator: end that one, or name another directory`
    );
  }
  return code.startsWith("SQLITE_NOTADB") ? notOurs(directory) : new StartProblem(`--data ${directory} cannot be opened: ${code}`);
}
function notOurs(directory) {
  return new StartProblem(
    `${join(directory, fileName)} is not a store of this emulator: name another directory`
  );
}
function prepareSchema(database, directory) {
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get();
  if (tables === 0) {
    database.exec(schema);
    return;
  }
  const { id, version } = database.prepare(
    "SELECT application_id AS id, user_version AS version FROM pragma_application_id, pragma_user_version"
  ).get();
  if (id !== applicationId) {
    throw notOurs(directory);
  }
  checkVersion(version, directory);
}
function releaseDatabase(database) {
  try {
    if (database?.inTransaction) {
      database.exec("ROLLBACK");
    }
    database?.exec("PRAGMA journal_mode=DELETE; PRAGMA locking_mode=NORMAL");
    database?.exec("SELECT count(*) FROM sqlite_schema");
  } catch {
  }
  database?.close();
}
function errorCodeOf(error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "" ? "unknown error" : code;
}
var fileName, ourFiles, applicationId, schemaVersion, fileMode, ownerAndSpecialBits, pageBytes, walKeptBytesMax, headerBytes, magic, userVersionAt, applicationIdAt, schema;
var init_database_file = __esm({
  "local/data-stream/storage/database-file.ts"() {
    "use strict";
    init_start_problem();
    init_make_directory();
    fileName = "data-stream.db";
    ourFiles = [fileName, `${fileName}-wal`, `${fileName}-shm`, `${fileName}-journal`];
    applicationId = 1146319986;
    schemaVersion = 1;
    fileMode = 384;
    ownerAndSpecialBits = 4032;
    pageBytes = 4096;
    walKeptBytesMax = 4 * 1024 * 1024;
    headerBytes = 100;
    magic = "SQLite format 3\0";
    userVersionAt = 60;
    applicationIdAt = 68;
    schema = `
  CREATE TABLE records (
    cursor INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    offset INTEGER NOT NULL, timestamp INTEGER NOT NULL, encoding TEXT NOT NULL,
    key BLOB NOT NULL, value BLOB NOT NULL
  ) STRICT;
  CREATE TABLE partitions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, first INTEGER NOT NULL,
    next INTEGER NOT NULL, dropped INTEGER NOT NULL, PRIMARY KEY (topic, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE cursors (next INTEGER NOT NULL) STRICT;
  INSERT INTO cursors VALUES (1);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;
  }
});

// local/data-stream/storage/record-database.ts
var record_database_exports = {};
__export(record_database_exports, {
  openRecordDatabase: () => openRecordDatabase
});
async function openRecordDatabase(directory, bytesMax) {
  return toRecordDatabase(await openDatabase(directory, bytesMax));
}
function toRecordDatabase(database) {
  const insert = database.prepare(
    "INSERT INTO records (cursor, topic, partition, offset, timestamp, encoding, key, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
  );
  const remove = database.prepare("DELETE FROM records WHERE cursor = ?");
  const removeTopic = database.prepare("DELETE FROM records WHERE topic = ?");
  const keepPartition = database.prepare(
    "INSERT INTO partitions (topic, partition, first, next, dropped) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET first = excluded.first, next = excluded.next, dropped = excluded.dropped"
  );
  const keepCursor = database.prepare("UPDATE cursors SET next = ?");
  const transact = (change) => {
    database.exec("BEGIN IMMEDIATE");
    try {
      change();
      database.exec("COMMIT");
    } catch (error) {
      rollBack(database);
      throw error;
    }
  };
  const keepCounts = (partitions) => {
    for (const { topic, partition, first, next, dropped } of partitions) {
      keepPartition.run(topic, partition, first, next, dropped);
    }
  };
  return {
    /** Commits all changes or none. They are durable when it returns. Throws SQLite's error otherwise. */
    commit: (changes2) => transact(() => {
      for (const cursor of changes2.dropped) {
        remove.run(cursor);
      }
      for (const record of changes2.records) {
        insert.run(...toRow(record));
      }
      keepCounts(changes2.partitions);
      keepCursor.run(changes2.nextCursor);
    }),
    empty: (topics, partitions) => transact(() => {
      for (const topic of topics) {
        removeTopic.run(topic);
      }
      keepCounts(partitions);
    }),
    partitions: () => database.prepare("SELECT topic, partition, first, next, dropped FROM partitions ORDER BY 1, 2").all(),
    nextCursor() {
      const row = database.prepare("SELECT next FROM cursors").get();
      return row.next;
    },
    /** Yields records one by one, oldest first: the disk may hold more than fits into memory. */
    *records() {
      for (const row of database.prepare("SELECT * FROM records ORDER BY cursor").iterate()) {
        yield toRecord(row);
      }
    },
    close: () => releaseDatabase(database)
  };
}
function rollBack(database) {
  if (database.inTransaction) {
    database.exec("ROLLBACK");
  }
}
function toRow({ cursor, topic, partition, offset, timestamp, key, value }) {
  const encoding = loneSurrogate.test(key) || loneSurrogate.test(value) ? "utf16le" : "utf8";
  const blobs = [Buffer.from(key, encoding), Buffer.from(value, encoding)];
  return [cursor, topic, partition, offset, timestamp, encoding, ...blobs];
}
function toRecord({ encoding, key, value, ...row }) {
  const { cursor, topic, partition, offset, timestamp } = row;
  const text2 = (bytes) => Buffer.from(bytes).toString(encoding === "utf16le" ? "utf16le" : "utf8");
  return { cursor, topic, partition, offset, timestamp, key: text2(key), value: text2(value) };
}
var loneSurrogate;
var init_record_database = __esm({
  "local/data-stream/storage/record-database.ts"() {
    "use strict";
    init_database_file();
    loneSurrogate = new RegExp("\\p{Cs}", "u");
  }
});

// local/data-stream/server.ts
import { createServer as createServer2 } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// local/deliveries/diagnosis/diagnose-credentials.ts
import { createHash, timingSafeEqual } from "node:crypto";
var authorizationSchemes = {
  bearer: "Bearer",
  basic: "Basic",
  kakao: "KakaoAK"
};
function credentialHeaderOf({ verifier, options }) {
  if (Object.hasOwn(authorizationSchemes, verifier)) {
    return "authorization";
  }
  const own = typeof options["header"] === "string" ? options["header"].toLowerCase() : void 0;
  const headers = /* @__PURE__ */ new Map([
    ["token", own],
    ["telegram", "x-telegram-bot-api-secret-token"],
    ["gitlab", "x-gitlab-token"]
  ]);
  return headers.get(verifier);
}
function diagnoseCredentials({ headers }, source, sources) {
  const header2 = headers[credentialHeaderOf(source) ?? ""] ?? "";
  const scheme = authorizationSchemes[source.verifier];
  const [name = "", ...rest] = header2.split(" ");
  if (scheme !== void 0 && name.toLowerCase() !== scheme.toLowerCase()) {
    const hasOther = rest.length > 0 && /^[a-z0-9-]{1,20}$/i.test(name);
    return {
      likelyMistake: hasOther ? `The credentials have another scheme than ${scheme}.` : `The word ${scheme} is missing before the credentials.`,
      fix: `Send authorization: ${scheme} {credentials}`
    };
  }
  const sent = scheme === void 0 ? header2 : rest.join(" ");
  const given = source.verifier === "basic" ? Buffer.from(sent, "base64").toString() : sent;
  return findCredentialMistake(sent, given, { source, sources });
}
function findCredentialMistake(sent, given, { source, sources }) {
  const fix = `Set the secret of ${source.name} at the sender, as WEBHOOK_SECRETS has it.`;
  const isOwn = (text2) => source.secrets.some((secret) => isEqual(secret, text2));
  const other = sources.find(
    ({ name, secrets }) => name !== source.name && secrets.some((secret) => isEqual(secret, given))
  );
  const user = given.split(":")[0] ?? "";
  const isBasic = source.verifier === "basic";
  const mistakes = [
    [other !== void 0, `They are the credentials of the source ${other?.name}.`],
    [isOwn(sent) && isBasic, "The credentials are not encoded as Base64."],
    [isOwn(Buffer.from(sent, "base64").toString()), "The secret is encoded as Base64."],
    [isOwn(given.trim()), "The secret has white space around it."],
    [isOwn(given.replaceAll(/["']/g, "")), "The secret has quotes around it."],
    [isOwn(given.replace(/^(Bearer|Token|Basic) /i, "")), "A word stands before the secret."],
    [
      isBasic && source.secrets.some((secret) => isEqual(secret.split(":")[0] ?? "", user)),
      "The user is right and the password is another one."
    ]
  ];
  const found = mistakes.find(([fits]) => fits);
  return found && { likelyMistake: found[1], fix };
}
function isEqual(left, right) {
  return timingSafeEqual(digest(left), digest(right));
}
function digest(text2) {
  return createHash("sha256").update(text2).digest();
}

// local/deliveries/diagnosis/diagnose-twilio.ts
import { createHash as createHash3, timingSafeEqual as timingSafeEqual2 } from "node:crypto";

// local/functions/console/sign-twilio.ts
import { createHash as createHash2, createHmac } from "node:crypto";
function twilioSignature({ url, contentType, body, secret }) {
  const text2 = contentType.toLowerCase().startsWith("application/x-www-form-urlencoded") ? url + formText(Buffer.from(body).toString()) : `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${hashOf(body)}`;
  return createHmac("sha1", secret).update(text2).digest("base64");
}
function formText(body) {
  const pairs = [...new URLSearchParams(body)].map(([name, value]) => ({
    name,
    text: name + value
  }));
  const sorted = pairs.toSorted((a, b) => compare(a.name, b.name) || compare(a.text, b.text));
  return [...new Map(sorted.map((pair) => [JSON.stringify(pair), pair.text])).values()].join("");
}
function compare(left, right) {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}
function hashOf(body) {
  return createHash2("sha256").update(body).digest("hex");
}

// local/deliveries/diagnosis/diagnose-twilio.ts
function diagnoseTwilio(request, source, sources) {
  const configured = String(source.options["url"] ?? "");
  const others = sources.filter(({ name }) => name !== source.name);
  const isSigned = (url2, secret) => isSignedOver(request, url2, secret);
  const url = urlsOf(request, configured).find(
    (one2) => source.secrets.some((secret) => isSigned(one2, secret))
  );
  if (url !== void 0) {
    return {
      likelyMistake: `Twilio calls ${url.replace(/\?.*/, "?{query}")}, and the source's url is another one.`,
      fix: `Set url of ${source.name} in WEBHOOK_SOURCES to the URL that Twilio calls.`
    };
  }
  const owner = others.find(({ secrets }) => secrets.some((one2) => isSigned(configured, one2)));
  return owner && {
    likelyMistake: `It was signed with the secret of the source ${owner.name}.`,
    fix: `Set the auth token of ${source.name} in WEBHOOK_SECRETS.`
  };
}
function urlsOf({ headers, path, query }, configured) {
  const hosts = [headers["x-forwarded-host"], headers["x-original-host"], headers["host"]];
  const target2 = query === "" ? path : `${path}?${query}`;
  const called = hosts.filter((host) => host !== void 0).flatMap((host) => [`https://${host}${target2}`, `http://${host}${target2}`]);
  const bare = configured.replace(/\?.*/, "");
  const near = [
    bare,
    configured.replace(/^http:/, "https:"),
    configured.replace(/^https:/, "http:")
  ];
  const slashed = [...called, ...near].flatMap((url) => [url, `${url}/`, url.replace(/\/$/, "")]);
  return slashed.filter((url) => url !== configured);
}
function isSignedOver({ headers, body }, url, secret) {
  const made = twilioSignature({
    ...{ url, secret, body: Buffer.from(body).toString() },
    contentType: headers["content-type"] ?? ""
  });
  return timingSafeEqual2(digest2(made), digest2(headers["x-twilio-signature"] ?? ""));
}
function digest2(text2) {
  return createHash3("sha256").update(text2).digest();
}

// local/deliveries/diagnosis/find-mistake.ts
import { constants, createHmac as createHmac2, createPublicKey, timingSafeEqual as timingSafeEqual3, verify } from "node:crypto";

// local/deliveries/diagnosis/body-forms.ts
var escapedCharactersMax = 128 * 1024;
var byteOrderMark = "\uFEFF";
function bodyForms(body, contentType) {
  const bytes = Buffer.from(body);
  const text2 = bytes.toString();
  const forms2 = [
    ...lineEnds(text2),
    ...jsonForms(text2),
    ...formForms(text2, contentType),
    ["as Base64: it was signed before it was encoded", ""],
    ["with another body: the signature fits an empty one", ""]
  ];
  return forms2.map(([change, form]) => ({
    change,
    bytes: change.startsWith("as Base64") ? Buffer.from(text2, "base64") : Buffer.from(form)
  })).filter((form) => !form.bytes.equals(bytes));
}
function lineEnds(text2) {
  return [
    ["with a byte order mark that was not signed", text2.replace(byteOrderMark, "")],
    ["without the byte order mark that was signed", byteOrderMark + text2],
    ["without the line end that was signed", `${text2}
`],
    ["without the CRLF that was signed", `${text2}\r
`],
    ["with a line end that was not signed", text2.replace(/\r?\n$/, "")],
    ["with white space around it that was not signed", text2.trim()],
    ["with LF in place of CRLF", text2.replaceAll(/\r?\n/g, "\r\n")],
    ["with CRLF in place of LF", text2.replaceAll("\r\n", "\n")]
  ];
}
function jsonForms(text2) {
  const value = parse(text2);
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const minified = JSON.stringify(value);
  const written = [
    ["formatted otherwise: it was signed minified", minified],
    ["formatted otherwise: it was signed with two spaces", JSON.stringify(value, null, 2)],
    ["formatted otherwise: it was signed with four spaces", JSON.stringify(value, null, 4)],
    ["formatted otherwise: it was signed with tabs", JSON.stringify(value, null, "	")],
    ["formatted otherwise: it was signed with blanks after commas and colons", spaced(minified)]
  ];
  return written.flatMap(([change, form]) => [
    [change, form],
    [`${change}, and with a line end`, `${form}
`],
    ...escapes(form).map((other) => ["with characters escaped otherwise", other])
  ]);
}
function escapes(json2) {
  if (json2.length > escapedCharactersMax) {
    return [];
  }
  const ascii = json2.replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  );
  return [ascii, json2.replaceAll("/", "\\/"), ascii.replaceAll("/", "\\/")];
}
function spaced(minified) {
  return minified.replaceAll(
    /"(?:[^"\\]|\\.)*"|[,:]/g,
    (part) => part.length === 1 ? `${part} ` : part
  );
}
function formForms(text2, contentType) {
  if (!contentType.includes("urlencoded")) {
    const form = new URLSearchParams([["payload", text2]]).toString();
    return [["as JSON: it was signed as a form", form]];
  }
  const payload = new URLSearchParams(text2).get("payload");
  return payload === null ? [] : [["as a form: the JSON in its field payload was signed", payload]];
}
function parse(text2) {
  try {
    return JSON.parse(text2);
  } catch {
    return void 0;
  }
}

// local/deliveries/diagnosis/signature-schemes.ts
var usual = {
  header: "x-signature",
  encoding: "hex",
  prefix: "",
  template: "{body}",
  algorithm: "sha256",
  keyOf: (secret) => Buffer.from(secret),
  toleranceSeconds: 300
};
var hubSignature = { header: "x-hub-signature", prefix: "sha256=" };
var hubSignature256 = { header: "x-hub-signature-256", prefix: "sha256=" };
var schemes = {
  github: hubSignature256,
  meta: hubSignature256,
  bitbucket: hubSignature,
  jira: hubSignature,
  linear: { header: "linear-signature", toleranceSeconds: 28800 },
  pagerduty: { header: "x-pagerduty-signature", prefix: "v1=" },
  shopify: { header: "x-shopify-hmac-sha256", encoding: "base64" },
  line: { header: "x-line-signature", encoding: "base64" },
  "naver-works": { header: "x-works-signature", encoding: "base64" },
  stripe: {
    ...{ header: "stripe-signature", prefix: "v1=", timestampPrefix: "t=" },
    template: "{timestamp}.{body}"
  },
  paddle: {
    ...{ header: "paddle-signature", prefix: "h1=", timestampPrefix: "ts=" },
    template: "{timestamp}:{body}"
  },
  slack: {
    ...{ header: "x-slack-signature", prefix: "v0=", template: "v0:{timestamp}:{body}" },
    timestampHeader: "x-slack-request-timestamp"
  },
  zoom: {
    ...{ header: "x-zm-signature", prefix: "v0=", template: "v0:{timestamp}:{body}" },
    ...{ timestampHeader: "x-zm-request-timestamp", toleranceSeconds: 7200 }
  },
  toss: {
    ...{ header: "tosspayments-webhook-signature", encoding: "base64", prefix: "v1:" },
    ...{ template: "{body}:{timestamp}" },
    timestampHeader: "tosspayments-webhook-transmission-time"
  },
  chzzk: {
    ...{ header: "chzzk-event-message-signature", prefix: "sha256=", toleranceSeconds: 3600 },
    ...{ template: "{id}{timestamp}{body}", idHeader: "chzzk-event-message-id" },
    timestampHeader: "chzzk-event-message-timestamp"
  },
  discord: {
    ...{ header: "x-signature-ed25519", algorithm: "ed25519", template: "{timestamp}{body}" },
    ...{ timestampHeader: "x-signature-timestamp", toleranceSeconds: 900 },
    keyOf: (publicKey) => Buffer.from(publicKey, "hex")
  },
  "standard-webhooks": standardWebhooks("webhook"),
  portone: standardWebhooks("webhook"),
  svix: standardWebhooks("svix")
};
function schemeOf({
  verifier,
  options,
  secrets: [secret = ""]
}) {
  const tolerance = options["toleranceSeconds"] ?? options["pastSecondsMax"];
  const own = typeof tolerance === "number" ? { toleranceSeconds: tolerance } : {};
  if (verifier === "hmac" || verifier === "public-key") {
    return { ...usual, ...signatureOptions(options), ...keyOptions(verifier, options), ...own };
  }
  const isGitlabSigned = verifier === "gitlab" && /^(v1,)?whsec_/.test(secret);
  const name = isGitlabSigned ? "standard-webhooks" : verifier;
  const found = Object.hasOwn(schemes, name) ? schemes[name] : void 0;
  const ed25519 = secret.includes("whpk_") ? { prefix: "v1a,", algorithm: "ed25519" } : {};
  return found && { ...usual, ...found, ...ed25519, ...own };
}
var signatureHeaders = Object.entries(schemes).map(([verifier, { header: header2 = "" }]) => [header2, verifier]).concat([
  ["x-twilio-signature", "twilio"],
  ["x-gitlab-token", "gitlab"],
  ["x-telegram-bot-api-secret-token", "telegram"]
]);
function standardWebhooks(prefix) {
  return {
    ...{ header: `${prefix}-signature`, encoding: "base64", prefix: "v1," },
    ...{ template: "{id}.{timestamp}.{body}" },
    ...{ timestampHeader: `${prefix}-timestamp`, idHeader: `${prefix}-id` },
    keyOf: (secret) => Buffer.from(secret.replace(/^(v1a?,)?(wh(sec|pk)_)?/, ""), "base64")
  };
}
var encodings = ["hex", "base64", "base64url"];
function signatureOptions(options) {
  const text2 = (name) => textOf(options, name);
  const [timestampHeader, timestampPrefix] = [text2("timestampHeader"), text2("timestampPrefix")];
  const isTimed = (timestampHeader ?? timestampPrefix) !== void 0;
  const [separator, idHeader] = [text2("separator"), text2("idHeader")];
  return {
    header: text2("header")?.toLowerCase() ?? usual.header,
    encoding: encodings.find((encoding) => encoding === text2("encoding")) ?? "hex",
    prefix: text2("prefix") ?? "",
    template: text2("template") ?? (isTimed ? "{timestamp}.{body}" : "{body}"),
    ...timestampHeader !== void 0 && { timestampHeader: timestampHeader.toLowerCase() },
    ...timestampPrefix !== void 0 && { timestampPrefix },
    ...separator !== void 0 && { separator },
    ...idHeader !== void 0 && { idHeader: idHeader.toLowerCase() }
  };
}
function keyOptions(verifier, options) {
  if (verifier === "public-key") {
    return { algorithm: textOf(options, "algorithm") ?? "ed25519", keyOf: publicKeyOf };
  }
  const encoding = textOf(options, "secretEncoding");
  const keys = /* @__PURE__ */ new Map([
    ["hex", (secret) => Buffer.from(secret, "hex")],
    ["base64", (secret) => Buffer.from(secret.replace(/^(v1,)?whsec_/, ""), "base64")]
  ]);
  return {
    algorithm: textOf(options, "algorithm") ?? "sha256",
    keyOf: keys.get(encoding ?? "") ?? usual.keyOf
  };
}
var publicKeyAlgorithms = ["ed25519", "ecdsa-sha256", "rsa-sha256"];
function publicKeyOf(secret) {
  const text2 = secret.replaceAll(/-+(BEGIN|END) [A-Z ]*PUBLIC KEY-+|whpk_|\\[rn]|\s/g, "");
  return Buffer.from(text2, /^([0-9a-f]{2})+$/i.test(text2) ? "hex" : "base64");
}
function textOf(options, name) {
  const value = options[name];
  return typeof value === "string" ? value : void 0;
}

// local/deliveries/diagnosis/key-forms.ts
var trim = "Copy the secret without the line end or blank around it.";
var asText = "Set the secret at both ends in the form that the provider documents.";
var changes = [
  ["The sender's secret ends with a line end.", trim, (secret) => Buffer.from(`${secret}
`)],
  ["The sender's secret ends with a CRLF.", trim, (secret) => Buffer.from(`${secret}\r
`)],
  ["The sender's secret ends with a blank.", trim, (secret) => Buffer.from(`${secret} `)],
  ["The sender's secret begins with a blank.", trim, (secret) => Buffer.from(` ${secret}`)],
  ["The sender's secret has quotes around it.", trim, (secret) => Buffer.from(`"${secret}"`)],
  ["The sender decoded the secret as hex.", asText, (secret) => Buffer.from(secret, "hex")],
  ["The sender decoded the secret as Base64.", asText, (secret) => Buffer.from(secret, "base64")],
  ["The sender used the secret as text, undecoded.", asText, (secret) => Buffer.from(secret)],
  [
    "The sender encoded the secret as Base64.",
    asText,
    (secret) => Buffer.from(Buffer.from(secret).toString("base64"))
  ],
  [
    "The sender left out the prefix of the secret.",
    "Use the whole secret as the key, with its prefix.",
    (secret) => Buffer.from(secret.replace(/^[a-z0-9]+_/i, ""))
  ],
  [
    "The sender decoded the secret without its prefix as Base64.",
    "Use the whole secret as the key, as text.",
    (secret) => Buffer.from(secret.replace(/^[a-z0-9]+_/i, ""), "base64")
  ]
];
function keyForms(source, sources, { keyOf }) {
  const own = source.secrets.flatMap(
    (secret) => changes.map(([mistake, fix, change]) => ({ key: change(secret), mistake, fix }))
  );
  const others = sources.filter(({ name }) => name !== source.name).flatMap(toForms);
  const isKey = ({ key }) => key.length > 0;
  return [...byKey([...own, ...others].filter(isKey)).values()].reverse();
  function toForms(other) {
    const others2 = [keyOf, schemeOf(other)?.keyOf ?? keyOf];
    return other.secrets.flatMap(
      (secret) => others2.map((toKey) => ({
        key: toKey(secret),
        mistake: `It was signed with the secret of the source ${other.name}.`,
        fix: `Send it to /webhook/${other.name}, or set the secret of ${source.name} at the sender.`
      }))
    );
  }
}
function byKey(forms2) {
  return new Map(forms2.toReversed().map((form) => [form.key.toString("latin1"), form]));
}

// local/deliveries/diagnosis/signature-readings.ts
var itemsMax = 20;
var decoders = [
  ["hex", /^([0-9a-f]{2}){20,512}$/i, (text2) => Buffer.from(text2, "hex")],
  ["base64", /^[\w+/-]{26,700}={0,2}$/, (text2) => Buffer.from(text2, "base64")],
  [
    "the Base64 of hex",
    /^[\w+/-]{54,1400}={0,2}$/,
    (text2) => Buffer.from(Buffer.from(text2, "base64").toString("latin1"), "hex")
  ]
];
function readSignatures(header2, separator = ",") {
  const items = header2.split(separator).flatMap((item) => item.split(/[\s;,]+/)).slice(0, itemsMax);
  return items.flatMap((item) => {
    const text2 = item.replace(/^"?[\w.-]{1,30}[=:](?=[^=])"?/, "").replace(/"$/, "");
    return decoders.filter(([, form]) => form.test(text2)).map(([encoding, , decode2]) => ({
      ...{ encoding, text: text2, isWhole: text2 === item },
      bytes: decode2(text2)
    }));
  });
}

// local/deliveries/diagnosis/signed-time.ts
var millisecondsFrom = 1e11;
function signedTimeOf(headers, { header: header2, separator, timestampHeader, timestampPrefix }) {
  const item = (headers[header2] ?? "").split(separator ?? /[,;]/).find((one2) => timestampPrefix !== void 0 && one2.trim().startsWith(timestampPrefix));
  const text2 = item?.trim().slice(timestampPrefix?.length) ?? headers[timestampHeader ?? ""] ?? "";
  return { text: text2, ms: toMs(text2) };
}
function toMs(text2) {
  if (/^\d{1,13}$/.test(text2)) {
    return Number(text2) < millisecondsFrom ? Number(text2) * 1e3 : Number(text2);
  }
  const ms = Date.parse(text2);
  return Number.isNaN(ms) ? void 0 : ms;
}
function otherTimes(text2) {
  const inMs = "It signed the time in milliseconds and sent it in seconds.";
  const inSeconds = "It signed the time in seconds and sent it in milliseconds.";
  return [
    .../^\d{10}$/.test(text2) ? [[`${text2}000`, inMs]] : [],
    .../^\d{13}$/.test(text2) ? [[text2.slice(0, 10), inSeconds]] : []
  ];
}
function findAgeProblem(ms, { nowMs, toleranceSeconds }) {
  const age = ms === void 0 ? 0 : Math.floor(nowMs / 1e3) - Math.floor(ms / 1e3);
  if (Math.abs(age) <= toleranceSeconds) {
    return void 0;
  }
  const distance = `${Math.abs(age)} s ${age > 0 ? "old" : "in the future"}`;
  return `The signed time is ${distance}, and the source takes ${toleranceSeconds} s.`;
}

// local/deliveries/diagnosis/find-mistake.ts
var pairedBodyBytesMax = 64 * 1024;
var algorithms = ["sha1", "sha256", "sha512"];
var ed25519KeyBytes = 32;
var rawBody = "Sign the body's bytes as they are sent, and let nothing parse and write them in between.";
function findMistake(evidence) {
  const { request, scheme } = evidence;
  const header2 = request.headers[scheme.header] ?? "";
  const readings = readSignatures(header2, scheme.separator);
  for (const attempt of attempts(evidence)) {
    const isMade = signerOf(attempt, evidence);
    const found = readings.find(({ bytes }) => isMade(bytes));
    if (found !== void 0) {
      return [...attempt.mistakes, ...writtenMistakes(found, header2, scheme)];
    }
  }
  return void 0;
}
function* attempts(evidence) {
  const { request, source, sources, scheme, timestamp } = evidence;
  const { template, algorithm, keyOf } = scheme;
  const text2 = { template, timestamp, body: request.body };
  const keys = source.secrets.map((secret) => keyOf(secret));
  const right = keys.map((key) => ({ key, text: text2, algorithm, mistakes: [] }));
  const otherKeys = keyForms(source, sources, scheme);
  const otherTexts = [...signedTexts(evidence)];
  yield* right;
  yield* right.flatMap((one2) => otherTexts.map((other) => ({ ...one2, ...other })));
  yield* otherKeys.map((other) => ({ text: text2, algorithm, ...withKey(other) }));
  if (!publicKeyAlgorithms.includes(algorithm)) {
    yield* right.flatMap((one2) => otherAlgorithms(one2));
  }
  if (request.body.length <= pairedBodyBytesMax) {
    yield* otherKeys.flatMap(
      (key) => otherTexts.map((other) => {
        const { mistakes, ...used } = withKey(key);
        return { algorithm, ...used, ...other, mistakes: [...mistakes, ...other.mistakes] };
      })
    );
  }
}
function withKey({ key, mistake, fix }) {
  return { key, mistakes: [{ likelyMistake: mistake, fix }] };
}
function otherAlgorithms(attempt) {
  return algorithms.filter((other) => other !== attempt.algorithm).map((algorithm) => ({
    ...attempt,
    algorithm,
    mistakes: [
      {
        likelyMistake: `It was signed with HMAC-${algorithm.toUpperCase()}.`,
        fix: `Sign with HMAC-${attempt.algorithm.toUpperCase()}.`
      }
    ]
  }));
}
function* signedTexts({
  request,
  scheme: { template },
  timestamp
}) {
  const { body, headers } = request;
  const text2 = { template, timestamp, body };
  for (const form of bodyForms(body, headers["content-type"] ?? "")) {
    yield { text: { ...text2, body: form.bytes }, mistakes: [changedBody(form)] };
  }
  for (const [other, mistake] of otherTimes(timestamp)) {
    const fix = "Take the time once, and sign the text that is sent.";
    yield { text: { ...text2, timestamp: other }, mistakes: [{ likelyMistake: mistake, fix }] };
  }
  for (const other of otherTemplates(template)) {
    const likelyMistake = `It signed ${inWords(other)}.`;
    const fix = `Sign ${inWords(template)}.`;
    yield { text: { ...text2, template: other }, mistakes: [{ likelyMistake, fix }] };
  }
}
function changedBody({ change }) {
  return { likelyMistake: `The body came ${change}.`, fix: rawBody };
}
function otherTemplates(template) {
  const usual3 = ["{body}", "{timestamp}.{body}", "{timestamp}{body}", "{timestamp}:{body}"];
  const more = ["{body}{timestamp}", "v0:{timestamp}:{body}", "{id}.{timestamp}.{body}"];
  return [...usual3, ...more].filter((other) => other !== template);
}
function inWords(template) {
  return template === "{body}" ? "the body alone" : `the text ${template}`;
}
function writtenMistakes({ encoding, text: text2, isWhole }, header2, scheme) {
  const { prefix } = scheme;
  const hasPrefix = prefix === "" ? isWhole : header2.includes(`${prefix}${text2}`);
  return [
    ...!isWrittenIn(scheme.encoding, encoding, text2) ? [
      {
        likelyMistake: `The signature is ${nameOf(encoding)} instead of ${nameOf(scheme.encoding)}.`,
        fix: `Write it in ${nameOf(scheme.encoding)}.`
      }
    ] : [],
    ...hasPrefix ? [] : [
      {
        likelyMistake: prefix === "" ? "Something stands before the signature in its header." : `The prefix ${prefix} is missing before the signature.`,
        fix: `Send ${scheme.header}: ${prefix}{signature}`
      }
    ]
  ];
}
function isWrittenIn(wanted, found, text2) {
  if (wanted === "base64url") {
    return found === "base64" && !/[+/]/.test(text2);
  }
  const isCanonical = wanted === "hex" || Buffer.from(text2, "base64").toString("base64") === text2;
  return found === wanted && isCanonical;
}
function nameOf(encoding) {
  const names = /* @__PURE__ */ new Map([
    ["hex", "hex"],
    ["base64", "Base64 (standard alphabet, padded)"],
    ["base64url", "Base64url"]
  ]);
  return names.get(encoding) ?? encoding;
}
function signerOf({ key, text: text2, algorithm }, { request: { headers }, scheme: { idHeader = "" } }) {
  const [before = "", after = ""] = text2.template.split("{body}").map(
    (half) => half.replace("{timestamp}", () => text2.timestamp).replace("{id}", () => headers[idHeader] ?? "")
  );
  if (publicKeyAlgorithms.includes(algorithm)) {
    const signed2 = Buffer.concat([Buffer.from(before), text2.body, Buffer.from(after)]);
    return (signature) => isSignedByPublicKey(signed2, signature, key);
  }
  const digest3 = createHmac2(algorithm, key).update(before).update(text2.body).update(after).digest();
  return (signature) => digest3.length === signature.length && timingSafeEqual3(digest3, signature);
}
var forms = [
  { dsaEncoding: "der", padding: constants.RSA_PKCS1_PADDING },
  { dsaEncoding: "ieee-p1363", padding: constants.RSA_PKCS1_PSS_PADDING }
];
function isSignedByPublicKey(signed2, signature, bytes) {
  try {
    const x = bytes.toString("base64url");
    const key = bytes.length === ed25519KeyBytes ? createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }) : createPublicKey({ key: bytes, format: "der", type: "spki" });
    const digest3 = key.asymmetricKeyType === "ed25519" ? null : "sha256";
    return forms.some((form) => verify(digest3, signed2, { key, ...form }, signature));
  } catch {
    return false;
  }
}

// local/deliveries/diagnosis/diagnose-webhook.ts
function diagnoseWebhook(refused) {
  const { request, source, sources } = refused;
  const scheme = schemeOf(source);
  const header2 = proofHeaderOf(source, scheme);
  if (header2 !== void 0 && request.headers[header2] === void 0) {
    return diagnoseMissing(header2, refused);
  }
  if (scheme !== void 0) {
    return diagnoseSigned(scheme, refused) ?? diagnoseForm(scheme, request) ?? diagnoseUnknown(refused);
  }
  const found = diagnoseUnsigned(request, source, sources);
  const isCredential = credentialHeaderOf(source) !== void 0;
  return found ?? (isCredential ? unknownCredentials(source) : diagnoseUnknown(refused));
}
function proofHeaderOf(source, scheme) {
  return source.verifier === "twilio" ? "x-twilio-signature" : scheme?.header ?? credentialHeaderOf(source);
}
function diagnoseMissing(header2, { request, source, sources }) {
  const missing = `The header ${header2} is missing`;
  const other = signatureHeaders.find(
    ([name]) => name !== header2 && request.headers[name] !== void 0
  );
  if (header2 === "x-hub-signature-256" && request.headers["x-hub-signature"]?.startsWith("sha1=")) {
    return {
      likelyMistake: `${missing}, and x-hub-signature has one of SHA-1.`,
      fix: "Sign with HMAC-SHA256, and pass on every header."
    };
  }
  if (other !== void 0) {
    return diagnoseOtherProvider(missing, other[0], sources);
  }
  if (request.method !== "POST") {
    return {
      likelyMistake: `${missing}, and the method is ${request.method}.`,
      fix: "Set the sender to POST. A redirect on the way turns a POST into a GET."
    };
  }
  return {
    likelyMistake: `${missing}.`,
    fix: `Set a secret for ${source.name} at the sender: without one it does not sign. A proxy in between must pass the header on.`
  };
}
function diagnoseOtherProvider(missing, found, sources) {
  const verifiers = signatureHeaders.filter(([name]) => name === found).map(([, name]) => name);
  const owners = sources.filter(({ verifier }) => verifiers.includes(verifier));
  return {
    likelyMistake: `${missing}, and ${found} is there: this looks like a delivery of ${verifiers.join(" or ")}.`,
    fix: owners.length === 0 ? `Give it a source with the verifier ${verifiers.join(" or ")}.` : `Send it to ${owners.map(({ name }) => `/webhook/${name}`).join(" or ")}.`
  };
}
function diagnoseUnsigned(request, source, sources) {
  if (source.verifier === "twilio") {
    return diagnoseTwilio(request, source, sources);
  }
  const parameter = source.options["query"];
  return source.verifier === "token" && typeof parameter === "string" ? {
    likelyMistake: `The query's parameter ${parameter} is missing, or is no secret of the source.`,
    fix: `Send POST /webhook/${source.name}?${parameter}={secret}`
  } : diagnoseCredentials(request, source, sources);
}
function diagnoseSigned(scheme, { request, source, sources, nowMs }) {
  const { timestampHeader, toleranceSeconds, template } = scheme;
  const time = signedTimeOf(request.headers, scheme);
  const mistakes = findMistake({ request, source, sources, scheme, timestamp: time.text });
  const isTimed = template.includes("{timestamp}");
  const signedMs = source.verifier === "linear" ? linearTimeOf(request.body) : time.ms;
  const age = findAgeProblem(signedMs, { nowMs, toleranceSeconds });
  const all = [
    ...mistakes ?? [],
    ...isTimed && time.ms === void 0 ? [missingTime(timestampHeader ?? scheme.header)] : [],
    ...age === void 0 ? [] : [{ likelyMistake: age, fix: ageFix }]
  ];
  const isNoKnownMistake = mistakes === void 0 && all.length > 0;
  return all.length === 0 ? void 0 : {
    likelyMistake: joined([
      ...isNoKnownMistake ? ["The signature fits no secret of the source."] : [],
      ...all.map(({ likelyMistake }) => likelyMistake)
    ]),
    fix: joined(all.map(({ fix }) => fix))
  };
}
var ageFix = "Set the sender's clock. An old delivery must be sent again by its sender.";
function missingTime(header2) {
  return {
    likelyMistake: `The signed time is missing or malformed in the header ${header2}.`,
    fix: "Send the time that was signed."
  };
}
function linearTimeOf(body) {
  const [, ms] = /"webhookTimestamp"\s*:\s*(\d{1,13})\b/.exec(Buffer.from(body).toString()) ?? [];
  return ms === void 0 ? void 0 : Number(ms);
}
function diagnoseForm({ header: header2, prefix, separator, encoding }, { headers }) {
  return readSignatures(headers[header2] ?? "", separator).length > 0 ? void 0 : {
    likelyMistake: `The header ${header2} holds no signature.`,
    fix: `Send ${header2}: ${prefix}{signature}, in ${encoding}.`
  };
}
function unknownCredentials({ name }) {
  return {
    likelyMistake: "The sender uses a secret that no source has.",
    fix: `Compare the secret of ${name} at the sender with WEBHOOK_SECRETS.`
  };
}
function diagnoseUnknown({ request, source }) {
  const { body, headers } = request;
  const contentType = headers["content-type"] ?? "";
  const isForm = contentType.includes("urlencoded");
  const looksLikeJson = /^\s*[{[]/.test(Buffer.from(body.subarray(0, 100)).toString());
  const hints = [
    [body.length === 0, "The body is empty: a proxy or a redirect on the way may have dropped it."],
    [isForm && looksLikeJson, "The content type says form and the body is JSON."],
    [
      !isForm && contentType.includes("json") && !looksLikeJson,
      "The content type says JSON and the body is no JSON object."
    ]
  ];
  const hint = hints.find(([fits]) => fits)?.[1];
  return {
    likelyMistake: hint ?? "The sender uses a secret that no source has, or the body was changed.",
    fix: `Compare the secret of ${source.name} at the sender with WEBHOOK_SECRETS, and sign the body's bytes as they are sent.`
  };
}
function joined(texts) {
  return [...new Set(texts)].join(" ");
}

// local/data-stream/control/checked-input.ts
var InvalidInput = class extends Error {
  name = "InvalidInput";
};
function parseJson(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new InvalidInput("the body must be JSON in UTF-8");
  }
}
function closedObject(value, name, known2) {
  if (!isObject(value)) {
    throw new InvalidInput(`${name} must be an object`);
  }
  const unknownField = Object.keys(value).find((field) => !known2.includes(field));
  if (unknownField !== void 0) {
    const shown2 = JSON.stringify(unknownField.slice(0, 50));
    throw new InvalidInput(`${name} has an unknown field ${shown2}; known: ${known2.join(", ")}`);
  }
  return value;
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function integerIn(value, name, range) {
  if (!(Number.isInteger(value) && isWithin(value, range))) {
    throw outOfRange(name, "an integer", range);
  }
  return value;
}
function numberIn(value, name, range) {
  if (!isWithin(value, range)) {
    throw outOfRange(name, "a number", range);
  }
  return value;
}
function isWithin(value, range) {
  return typeof value === "number" && value >= range.min && value <= range.max;
}
function outOfRange(name, kind, range) {
  return new InvalidInput(`${name} must be ${kind} from ${range.min} to ${range.max}`);
}
function textUpTo(value, name, charactersMax) {
  if (typeof value !== "string" || value.length > charactersMax) {
    throw new InvalidInput(`${name} must be text of at most ${charactersMax} characters`);
  }
  return value;
}
function ifPresent(value, check) {
  return value === void 0 ? void 0 : check(value);
}

// local/functions/console/sources.ts
function readSources(settings) {
  const sources = parseObject(settings["WEBHOOK_SOURCES"]);
  const secrets = parseObject(settings["WEBHOOK_SECRETS"]);
  return Object.entries(sources).filter((entry) => isObject(entry[1])).map(([name, { verifier, ...options }]) => ({
    name,
    verifier: String(verifier),
    options,
    secret: firstText(secrets[name]),
    signingKey: settings["STANDIN_SIGNING_KEY"] ?? ""
  }));
}
function parseObject(text2) {
  try {
    const value = JSON.parse(text2 ?? "{}");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
function firstText(value) {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : "";
}

// local/deliveries/diagnosis/proof-sources.ts
function readProofSources(settings) {
  const lists = parse2(settings["WEBHOOK_SECRETS"] ?? "{}");
  return readSources(settings).map(({ name, verifier, options }) => {
    const list3 = Object.hasOwn(lists, name) ? lists[name] : [];
    const texts = (Array.isArray(list3) ? list3 : [list3]).filter((one2) => typeof one2 === "string");
    return { name, verifier, options, secrets: texts.map((secret) => secret.trim()) };
  });
}
function parse2(text2) {
  try {
    const value = JSON.parse(text2);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

// local/deliveries/ending.ts
var outcomeOf = {
  delivered: "delivered",
  stored: "stored",
  ignored: "ignored",
  healthy: "answered",
  ok: "answered",
  answered: "answered",
  refused: "refused",
  faulted: "failed",
  unavailable: "failed",
  notAttempted: "failed",
  failed: "failed"
};
var failureReasons = {
  crashed: "The function's process ended before it returned a result.",
  "timed-out": "The function did not return within its time limit, so its process was ended.",
  "too-large": "The request or the result is larger than NAVER Cloud takes (1 MiB).",
  "too-many-calls": "Too many calls of the function wait at once.",
  "not-started": "The function's process did not start: the terminal says why."
};
function endingOf(call2) {
  if (call2.failure !== void 0) {
    return { outcome: "failed", reason: failureReasons[call2.failure] };
  }
  return endingFromLog(call2) ?? endingFromReply(call2.reply);
}
function endingFromLog({ logLines }) {
  const last2 = logLines.findLast(({ message }) => message === "call ended");
  const outcome = last2 && outcomeNamed(last2["ending"]);
  if (last2 === void 0 || outcome === void 0) {
    return void 0;
  }
  const said = (name) => {
    const value = last2[name];
    return typeof value === "string" && value !== "" ? { [name]: value } : {};
  };
  return { outcome, ...said("code"), ...said("reason"), ...said("page") };
}
function endingFromReply(reply) {
  const { statusCode, error, body } = "result" in reply ? fieldsOf(reply.result) : {};
  const status = "result" in reply ? statusCode : reply.status;
  const content = fieldsOf("result" in reply ? body : parse3(reply.body));
  const reason = [content["reason"], error].find((text2) => typeof text2 === "string");
  const said = reason === void 0 ? {} : { reason: String(reason) };
  const outcome = outcomeNamed(content["status"]);
  if (outcome !== void 0) {
    return { outcome, ...said };
  }
  if (error !== void 0 || typeof status === "number" && status >= 500) {
    return { outcome: "failed", ...said };
  }
  return typeof status === "number" && status >= 400 ? { outcome: "refused", ...said } : { outcome: "answered", ...said };
}
function outcomeNamed(name) {
  return typeof name === "string" && Object.hasOwn(outcomeOf, name) ? outcomeOf[name] : void 0;
}
function fieldsOf(value) {
  return isObject(value) ? value : {};
}
function parse3(body) {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return void 0;
  }
}

// local/deliveries/hide-secrets.ts
var hiddenText = "\u2022\u2022\u2022";
var secretCharactersMin = 4;
var depthMax = 100;
function createHideSecrets(...settings) {
  const secrets = [...new Set(settings.flatMap(secretsOf))];
  const forms2 = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const latin1Forms = forms2.map(toLatin1);
  const text2 = (given) => hideBase64(replaceAll(given, forms2, hiddenText), secrets);
  const json2 = (value, depth = 0) => {
    if (typeof value === "string") {
      return text2(value);
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    if (depth === depthMax) {
      return hiddenText;
    }
    return Array.isArray(value) ? value.map((one2) => json2(one2, depth + 1)) : Object.fromEntries(
      Object.entries(value).map(([name, one2]) => [text2(name), json2(one2, depth + 1)])
    );
  };
  return {
    text: text2,
    json: (value) => json2(value),
    bytes: (bytes) => {
      const given = Buffer.from(bytes).toString("latin1");
      return Buffer.from(replaceAll(given, latin1Forms, toLatin1(hiddenText)), "latin1");
    }
  };
}
function secretsOf(settings) {
  const texts = Object.entries(settings).filter(([name]) => /SECRET|SIGNING_KEY|TOKEN|PASSWORD|PRIVATE/.test(name)).flatMap(([, value = ""]) => textsOf(value));
  const whole = texts.flatMap((text2) => [text2, text2.trim(), ...partsOf(text2.trim())]);
  return [...new Set(whole)].filter((secret) => secret.length >= secretCharactersMin);
}
function textsOf(setting) {
  try {
    return leavesOf(JSON.parse(setting), 0);
  } catch {
    return [setting];
  }
}
function leavesOf(value, depth) {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null && depth < depthMax ? Object.values(value).flatMap((one2) => leavesOf(one2, depth + 1)) : [String(value)];
}
function partsOf(secret) {
  const key = /^(?:v1a?,)?wh(?:sec|pk)_(.*)$/.exec(secret)?.[1];
  const password = /^[^:\s]+:(.+)$/.exec(secret)?.[1];
  const decoded = key === void 0 ? void 0 : Buffer.from(key, "base64").toString("latin1");
  return [key, decoded, password].filter((part) => part !== void 0);
}
function formsOf(secret) {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64");
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    ...[secret, inJson, inJson.replaceAll("/", "\\/")],
    ...[
      encodeURIComponent(bytes.toString()),
      new URLSearchParams([["", secret]]).toString().slice(1)
    ],
    ...[base64, base64.replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")],
    ...[bytes.toString("hex").toUpperCase(), encodeURIComponent(base64)]
  ];
}
function replaceAll(text2, forms2, hidden4) {
  return forms2.reduce((shown2, form) => shown2.replaceAll(form, hidden4), text2);
}
function toLatin1(text2) {
  return Buffer.from(text2).toString("latin1");
}
function hideBase64(text2, secrets) {
  return text2.replaceAll(/[\w+/-]{12,}={0,2}/g, (word) => {
    const holds = [0, 1, 2, 3].some((start) => {
      const decoded = Buffer.from(word.slice(start), "base64").toString();
      return secrets.some((secret) => decoded.includes(secret));
    });
    return holds ? hiddenText : word;
  });
}

// local/deliveries/reason.ts
function reasonOf({ call: call2, ending, diagnosis, records }) {
  const own = sentence(ending.reason ?? notDelivered(call2) ?? usualReason(ending, records));
  const explained = diagnosis === void 0 ? own : withDiagnosis(own, diagnosis);
  return call2.callerGone ? `The caller had hung up before the reply, after ${call2.durationMs} ms at most, and may send again. ${explained}` : explained;
}
function withDiagnosis(own, { likelyMistake, fix }) {
  const isSaid = own.toLowerCase().includes(likelyMistake.toLowerCase());
  return isSaid ? `${own} ${fix}` : `${own} ${likelyMistake} ${fix}`;
}
function usualReason({ outcome }, records) {
  const count = records === 0 ? "The event is on the topic" : `${records} ${records === 1 ? "record is" : "records are"} on the topic`;
  const reasons = {
    delivered: count,
    stored: "The stream did not take the event: it is a dead letter now, and redrive delivers it",
    ignored: "The event holds nothing to produce",
    answered: "Nothing was to be produced: a health check, a challenge, or a function of your own",
    refused: "The request was refused",
    failed: "The function failed: its log lines say more"
  };
  return outcome === "callerGone" ? "" : reasons[outcome];
}
function notDelivered({ logLines }) {
  const line = logLines.find(({ message }) => message === "record not delivered");
  const reason = line?.["reason"];
  return typeof reason === "string" ? reason : void 0;
}
function sentence(text2) {
  const trimmed = text2.trim();
  return /[.!?]$/.test(trimmed) || trimmed === "" ? trimmed : `${trimmed}.`;
}

// local/deliveries/shown-request.ts
import { isUtf8 } from "node:buffer";
var hiddenHeader = /^(?!.*idempotency).*(authorization|cookie|signature|hmac|secret|token|passw|credential|api-?key|access-key|private-key|ed25519)/i;
var hiddenParameter = /(secret|token|passw|signature|credential|api[-_.]?key|access[-_.]?key|auth)|^(sig|sign|code|key|pwd|hmac)$/i;
function showRequest({ method, path, query, headers, body }, hide, hiddenNames) {
  return {
    method,
    path: hide.text(query === "" ? path : `${path}?${showQuery(query, hiddenNames)}`),
    headers: showHeaders(headers, hide, hiddenNames),
    ...showBody(body, hide)
  };
}
function showReply({ status, headers, body }, hide) {
  return { status, headers: showHeaders(headers, hide, /* @__PURE__ */ new Set()), ...showBody(body, hide) };
}
function isHiddenHeader(name, hiddenNames) {
  return hiddenHeader.test(name) || hiddenNames.has(name.toLowerCase());
}
function showHeaders(headers, hide, hiddenNames) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      hide.text(name),
      isHiddenHeader(name, hiddenNames) ? hiddenText : hide.text(value)
    ])
  );
}
function showQuery(query, hiddenNames) {
  return query.split("&").map((pair) => {
    const [name = "", value] = pair.split(/=(.*)/s);
    const isHidden = hiddenParameter.test(decode(name)) || hiddenNames.has(decode(name));
    return value !== void 0 && isHidden ? `${name}=${hiddenText}` : pair;
  }).join("&");
}
function decode(text2) {
  try {
    return decodeURIComponent(text2.replaceAll("+", " "));
  } catch {
    return text2;
  }
}
function showBody(body, hide) {
  const whole = { bodyBytes: body.length, isBodyCut: false };
  return isUtf8(body) ? { body: hide.text(Buffer.from(body).toString()), bodyEncoding: "utf-8", ...whole } : { body: hide.bytes(body).toString("base64"), bodyEncoding: "base64", ...whole };
}
var cutCharacters = 64 * 1024;
function cutBody(shown2) {
  return shown2.body.length <= cutCharacters ? shown2 : { ...shown2, body: shown2.body.slice(0, cutCharacters), isBodyCut: true };
}

// local/deliveries/describe-call.ts
function createDescribeCall(settings, { records, identities, others }) {
  const sources = readProofSources(settings);
  const hide = createHideSecrets(settings, others);
  const hiddenNames = namesOfProofs(sources);
  return {
    settings,
    hide,
    hiddenNames,
    describe(call2, replayOf) {
      const ending = endingOf(call2);
      const diagnosis = diagnose(call2, ending, sources);
      const cursors = findCursors(call2.cursors, records);
      const earlier = cursors.map((cursor) => identities.earlierOf(cursor));
      const duplicateOf = earlier.find((cursor) => cursor !== void 0) ?? null;
      const outcome = call2.callerGone ? "callerGone" : ending.outcome;
      return {
        id: call2.id,
        time: call2.startedMs,
        durationMs: call2.durationMs,
        function: call2.function,
        trigger: call2.trigger,
        source: call2.source === void 0 ? null : hide.text(call2.source),
        status: "status" in call2.reply ? call2.reply.status : null,
        outcome,
        code: ending.code ?? null,
        reason: hide.text(reasonOf({ call: call2, ending, diagnosis, records: cursors.length })),
        page: ending.page ?? null,
        diagnosis: hide.json(diagnosis ?? null),
        ...showContent(call2, { hide, hiddenNames }),
        requests: call2.requestIds,
        records: cursors,
        duplicate: duplicateOf !== null,
        duplicateOf,
        replayOf
      };
    }
  };
}
function showContent({ request, event, reply }, { hide, hiddenNames }) {
  return {
    request: request === void 0 ? null : showRequest(request, hide, hiddenNames),
    event: hide.json(event ?? null),
    reply: "status" in reply ? showReply(reply, hide) : { result: hide.json(reply.result ?? null) }
  };
}
function diagnose({ request, source: name, startedMs, reply }, { code }, sources) {
  const source = sources.find((one2) => one2.name === name);
  const isUnproved = code === "UNAUTHENTICATED" || code === void 0 && "status" in reply && reply.status === 401;
  return isUnproved && request !== void 0 && source !== void 0 ? diagnoseWebhook({ request, source, sources, nowMs: startedMs }) : void 0;
}
function namesOfProofs(sources) {
  const names = sources.flatMap((source) => [
    schemeOf(source)?.header,
    credentialHeaderOf(source),
    source.options["query"]
  ]);
  return new Set(names.filter((name) => typeof name === "string"));
}
function findCursors(places, records) {
  const wanted = new Set(places);
  const cursors = [];
  for (const record of wanted.size === 0 ? [] : records.newestFirst()) {
    if (wanted.delete(placeOf(record))) {
      cursors.unshift(record.cursor);
    }
    if (wanted.size === 0) {
      break;
    }
  }
  return cursors;
}
function placeOf({ topic, partition, offset }) {
  return `${topic}/${partition}/${offset}`;
}

// local/deliveries/event-identities.ts
var staleMax = 1e4;
function createEventIdentities(records) {
  const newest = /* @__PURE__ */ new Map();
  const earlierOf = /* @__PURE__ */ new Map();
  const state = { cursor: 0, forgetAt: staleMax };
  const isThere = (cursor) => records.find(cursor) !== void 0;
  const read2 = (record) => {
    const identity = identityOf(record);
    if (identity !== void 0) {
      const earlier = newest.get(identity);
      if (earlier !== void 0 && isThere(earlier)) {
        earlierOf.set(record.cursor, earlier);
      }
      newest.set(identity, record.cursor);
    }
    state.cursor = record.cursor;
  };
  const forget = () => {
    forgetWhere(newest, ([, cursor]) => !isThere(cursor));
    forgetWhere(earlierOf, ([cursor]) => !isThere(cursor));
    state.forgetAt = newest.size + earlierOf.size + staleMax;
  };
  return {
    /** Returns the cursor of the earlier record with the event of this one. */
    earlierOf(cursor) {
      for (const record of records.after(state.cursor)) {
        read2(record);
      }
      if (newest.size + earlierOf.size > state.forgetAt) {
        forget();
      }
      return earlierOf.get(cursor);
    }
  };
}
function forgetWhere(map, isStale) {
  for (const entry of map) {
    if (isStale(entry)) {
      map.delete(entry[0]);
    }
  }
}
function identityOf({ topic, value }) {
  try {
    const event = JSON.parse(value);
    const { source, id, specversion } = Object(event);
    return typeof specversion === "string" && typeof id === "string" ? JSON.stringify([topic, source, id]) : void 0;
  } catch {
    return void 0;
  }
}

// local/deliveries/deliveries.ts
var replayHeader = "x-local-replay-of";
var deliveriesMaxDefault = 1e3;
var bytesMaxDefault = 64 * 1024 * 1024;
var logLinesMax = 200;
function createDeliveries(options) {
  const { deliveriesMax = deliveriesMaxDefault, bytesMax = bytesMaxDefault } = options;
  const describerFor = createDescribers(options);
  const kept = /* @__PURE__ */ new Map();
  const total = { bytes: 0 };
  const drop2 = (id) => {
    total.bytes -= kept.get(id)?.bytes ?? 0;
    kept.delete(id);
  };
  return {
    /** Adds a call. `parameters` are those that the function is bound to, if it was deployed with others. */
    add(finished, parameters3) {
      const { call: call2, replayOf } = takeReplayMark(finished);
      const describer = describerFor(parameters3);
      const delivery = describer.describe(call2, replayOf);
      const bytes = sizeOf(call2, delivery);
      drop2(call2.id);
      kept.set(call2.id, { call: call2, delivery, context: describer, bytes });
      total.bytes += bytes;
      for (const id of kept.keys()) {
        if (id === call2.id || kept.size <= deliveriesMax && total.bytes <= bytesMax) {
          break;
        }
        drop2(id);
      }
      options.onAdd?.(toListed(delivery));
      return delivery;
    },
    find: (id) => kept.get(id),
    /** Returns the log lines of a call without secrets. */
    logOf: ({ call: call2, context }) => call2.logLines.map((line) => context.hide.json(line)),
    newestFirst: () => [...kept.values()].reverse().map((one2) => one2.delivery),
    empty() {
      kept.clear();
      total.bytes = 0;
    }
  };
}
function createDescribers({ settings, records }) {
  const shared = { records, identities: createEventIdentities(records), others: settings };
  const usual3 = createDescribeCall(settings, shared);
  const deployed = /* @__PURE__ */ new WeakMap();
  return (parameters3) => {
    if (parameters3 === void 0) {
      return usual3;
    }
    const own = deployed.get(parameters3) ?? createDescribeCall(settingsOf(parameters3), shared);
    deployed.set(parameters3, own);
    return own;
  };
  function settingsOf(parameters3) {
    const texts = Object.entries(parameters3).filter(([, value]) => typeof value === "string");
    return { ...settings, ...Object.fromEntries(texts) };
  }
}
function takeReplayMark(finished) {
  const call2 = { ...finished, logLines: finished.logLines.slice(-logLinesMax) };
  if (call2.request === void 0) {
    return { call: call2, replayOf: null };
  }
  const { [replayHeader]: replayOf, ...headers } = call2.request.headers;
  return { call: { ...call2, request: { ...call2.request, headers } }, replayOf: replayOf ?? null };
}
function toListed(delivery) {
  const { request, reply } = delivery;
  return {
    ...delivery,
    request: request && cutBody(request),
    reply: "body" in reply ? cutBody(reply) : reply
  };
}
function sizeOf({ request, reply, event, logLines }, delivery) {
  const bodies = (request?.body.length ?? 0) + ("body" in reply ? reply.body.length : 0);
  const others = JSON.stringify([event ?? null, "result" in reply ? reply.result : null, logLines]);
  return bodies + others.length + JSON.stringify(delivery).length;
}

// local/functions/console/send-request.ts
var replyMsMax = 7e4;
var replyBytesMax = 1024 * 1024;
var NoReply = class extends Error {
  name = "NoReply";
};
async function sendRequest({
  method,
  url,
  headers,
  body
}) {
  const startMs = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: ["GET", "HEAD"].includes(method) ? null : body,
      redirect: "manual",
      signal: AbortSignal.timeout(replyMsMax)
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readText(response),
      tookMs: Math.round(performance.now() - startMs)
    };
  } catch (error) {
    throw new NoReply(`no reply from ${new URL(url).origin}: ${causeOf(error)}`);
  }
}
async function readText(response) {
  const decoder = new TextDecoder();
  let text2 = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > replyBytesMax) {
      return `${text2} \u2026 (cut after ${replyBytesMax} bytes)`;
    }
    text2 += decoder.decode(chunk, { stream: true });
  }
  return text2 + decoder.decode();
}
function causeOf(error) {
  const { cause = error } = error instanceof Error ? error : {};
  if (!(cause instanceof Error)) {
    return "unknown";
  }
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}

// local/http/read-body.ts
var drainBytesMax = 16 * 1024 * 1024;
function readBody(request, bytesMax) {
  return new Promise((resolve) => {
    const chunks = [];
    let bytes = 0;
    const onData = (chunk) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
      } else if (bytes > drainBytesMax) {
        request.off("data", onData).pause();
        resolve({ kind: "tooLarge" });
      }
    };
    const onAborted = () => resolve({ kind: "aborted" });
    request.on("data", onData);
    request.on(
      "end",
      () => resolve(
        bytes > bytesMax ? { kind: "tooLarge" } : { kind: "whole", bytes: toBytes(chunks, bytes) }
      )
    );
    request.on("error", onAborted);
    request.on("close", onAborted);
    if (request.destroyed) {
      onAborted();
    }
  });
}
function toBytes(chunks, bytes) {
  const [only] = chunks;
  return only !== void 0 && chunks.length === 1 ? only : Buffer.concat(chunks, bytes);
}

// local/http/response.ts
function jsonResponse(status, value) {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value)
  };
}
function problemResponse(status, error) {
  return jsonResponse(status, { error });
}
function withHeaders(outgoing, headers) {
  return { ...outgoing, headers: { ...outgoing.headers, ...headers } };
}
function withDate({ status, headers, body }, nowMs) {
  return { status, headers: { date: toHttpDate(nowMs), ...headers }, body };
}
var secondMs = 1e3;
var lastDate = { second: Number.NaN, text: "" };
function toHttpDate(epochMs) {
  const second = Math.floor(epochMs / secondMs);
  if (second !== lastDate.second) {
    lastDate = { second, text: new Date(epochMs).toUTCString() };
  }
  return lastDate.text;
}
function sendResponse(request, response, outgoing) {
  const { status, headers, body } = outgoing;
  if (request.method === "HEAD" || status < 200 || bodiless.includes(status)) {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}
var bodiless = [204, 304];

// local/data-stream/control/query-parameters.ts
function checkParameters(search, known2) {
  const names = [...search.keys()];
  const stranger = names.find((name) => !known2.includes(name));
  if (stranger !== void 0) {
    const shown2 = JSON.stringify(stranger.slice(0, 50));
    throw new InvalidInput(`unknown parameter ${shown2}; known: ${known2.join(", ")}`);
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== void 0) {
    throw new InvalidInput(`${repeated} must be given at most once`);
  }
}
function integerParameter(search, name, { min, max }) {
  const text2 = search.get(name);
  if (text2 === null) {
    return void 0;
  }
  const value = Number(text2);
  if (!/^\d{1,16}$/.test(text2) || value < min || value > max) {
    throw new InvalidInput(`${name} must be an integer from ${min} to ${max}`);
  }
  return value;
}
function wordParameter(search, name, words) {
  const text2 = search.get(name);
  const found = words.find((word) => word === text2);
  if (text2 !== null && found === void 0) {
    throw new InvalidInput(`${name} must be one of ${words.join(", ")}`);
  }
  return found;
}

// local/deliveries/delivery.ts
var outcomes = [
  "delivered",
  "stored",
  "ignored",
  "answered",
  "refused",
  "failed",
  "callerGone"
];

// local/deliveries/deliveries-query.ts
var limitDefault = 100;
var limitMax = 1e3;
var responseCharactersMax = 16 * 1024 * 1024;
function parseDeliveriesQuery(search) {
  checkParameters(search, ["function", "source", "outcome", "after", "limit"]);
  return {
    function: search.get("function"),
    source: search.get("source"),
    outcome: wordParameter(search, "outcome", outcomes),
    after: search.get("after"),
    limit: integerParameter(search, "limit", { min: 1, max: limitMax }) ?? limitDefault
  };
}
function listDeliveries(newestFirst, query) {
  const listed = [];
  let characters = 0;
  for (const delivery of candidates(newestFirst, query.after)) {
    if (listed.length === query.limit) {
      break;
    }
    if (isMatch(delivery, query)) {
      const shown2 = toListed(delivery);
      characters += JSON.stringify(shown2).length;
      if (characters > responseCharactersMax && listed.length > 0) {
        break;
      }
      listed.push(shown2);
    }
  }
  return listed;
}
function candidates(newestFirst, after) {
  if (after === null) {
    return newestFirst;
  }
  const index = newestFirst.findIndex(({ id }) => id === after);
  if (index === -1) {
    throw new InvalidInput("after must be the id of a delivery that is kept");
  }
  return newestFirst.slice(0, index).reverse();
}
function isMatch(delivery, query) {
  return (query.function === null || delivery.function === query.function) && (query.source === null || delivery.source === query.source) && (query.outcome === void 0 || delivery.outcome === query.outcome);
}

// local/data-stream/produce/signature.ts
import { createHmac as createHmac3, timingSafeEqual as timingSafeEqual4 } from "node:crypto";
function stringToSignV2({ method, target: target2, timestamp, accessKey }) {
  return `${method} ${target2}
${timestamp}
${accessKey}`;
}
function hmacSha256(text2, secretKey) {
  return createHmac3("sha256", secretKey).update(text2, "latin1").digest();
}
function isValidSignature(received, text2, secretKey) {
  const expected = expectedSignature(text2, secretKey);
  const given = Buffer.from(received);
  return given.length === expected.length && timingSafeEqual4(given, expected);
}
var last;
function expectedSignature(text2, secretKey) {
  if (last === void 0 || text2 !== last.text || secretKey !== last.secretKey) {
    const bytes = Buffer.from(hmacSha256(text2, secretKey).toString("base64"));
    last = { text: text2, secretKey, bytes };
  }
  return last.bytes;
}

// local/data-stream/control/printable.ts
var hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
function printableJson(value) {
  return JSON.stringify(value).replaceAll(
    hidden,
    (character) => character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")
  );
}

// local/data-stream/control/curl-command.ts
var target = "/api/produce";
var argumentBytesMax = 1e5;
function curlCommand(record, signer) {
  const { topic, key, value, partition } = record;
  const body = shellQuote(printableJson({ topic, key, value, partition }));
  const call2 = [
    "curl -sS -X POST",
    shellQuote(`${signer.origin}${target}`),
    ...["content-type: application/json", ...signedHeaders(signer)].map(
      (header2) => `-H ${shellQuote(header2)}`
    )
  ].join(" ");
  return Buffer.byteLength(body) > argumentBytesMax ? `printf '%s' ${body} | ${call2} --data-binary @-` : `${call2} --data-raw ${body}`;
}
function signedHeaders({ accessKey, secretKey, nowMs }) {
  const timestamp = String(nowMs);
  const text2 = stringToSignV2({ method: "POST", target, timestamp, accessKey });
  return [
    `x-ncp-apigw-timestamp: ${timestamp}`,
    `x-ncp-iam-access-key: ${accessKey}`,
    `x-ncp-apigw-signature-v2: ${hmacSha256(text2, secretKey).toString("base64")}`
  ];
}
function shellQuote(text2) {
  return `'${text2.replaceAll("'", "'\\''")}'`;
}

// local/http/sent-headers.ts
import { validateHeaderName, validateHeaderValue } from "node:http";
var headersMax = 50;
var headerCharactersMax = 8e3;
var framing = [
  ...["host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "trailer"],
  ...["keep-alive", "te"]
];
function parseHeaders(value, fill = (text2) => text2) {
  if (!isObject(value) || Object.keys(value).length > headersMax) {
    throw new InvalidInput(`headers must be an object of at most ${headersMax} texts`);
  }
  const headers = Object.entries(value).map(([name, given]) => {
    const text2 = fill(textUpTo(given, "a header", headerCharactersMax));
    refuseHeader(name, text2);
    return [name.toLowerCase(), text2];
  });
  return Object.fromEntries(headers);
}
function withoutFraming(headers) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !framing.includes(name.toLowerCase()))
  );
}
function refuseHeader(name, text2) {
  if (framing.includes(name.toLowerCase())) {
    throw new InvalidInput(`headers must not set ${name.toLowerCase()}`);
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text2);
  } catch {
    throw new InvalidInput("headers has a name or value that HTTP does not allow");
  }
}

// local/functions/console/sign-webhook.ts
import { createHmac as createHmac5, randomUUID as randomUUID2 } from "node:crypto";

// local/functions/console/ed25519.ts
import { createPrivateKey, createPublicKey as createPublicKey2, sign } from "node:crypto";
var seedBytes = 32;
var pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
function ed25519KeyPairOf(seed) {
  const bytes = Buffer.from(seed);
  if (bytes.length !== seedBytes) {
    return void 0;
  }
  const key = Buffer.concat([pkcs8Prefix, bytes]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const spki = createPublicKey2(privateKey).export({ format: "der", type: "spki" });
  const publicKey = spki.subarray(-seedBytes);
  return {
    publicKeyHex: publicKey.toString("hex"),
    publicKeyStandard: `whpk_${publicKey.toString("base64")}`,
    sign: (content) => sign(null, content, privateKey)
  };
}

// local/functions/console/sign-generic.ts
import { createHmac as createHmac4, randomUUID } from "node:crypto";
function signHmac(webhook) {
  const { secret, options } = webhook;
  const encoding = encodingOf(options["secretEncoding"]);
  const key = encoding === "utf8" ? secret : Buffer.from(withoutPrefix(secret), encoding);
  const algorithm = textOf2(options["algorithm"], "sha256");
  return signWith(webhook, (text2) => createHmac4(algorithm, key).update(text2).digest());
}
function signPublicKey(webhook) {
  const pair = ed25519KeyPairOf(webhook.signingKey);
  return signWith(webhook, (text2) => pair?.sign(text2) ?? Buffer.alloc(0));
}
function signWith({ options, body, headers = {}, nowMs }, sign2) {
  const option = (name, usual3 = "") => textOf2(options[name], usual3);
  const id = headers[option("idHeader").toLowerCase()] ?? `msg_${randomUUID()}`;
  const values = { id, timestamp: String(Math.floor(nowMs / 1e3)) };
  const isTimed = option("timestampHeader") + option("timestampPrefix") !== "";
  const template = option("template", isTimed ? "{timestamp}.{body}" : "{body}");
  const [before = "", after = ""] = template.split("{body}").map(
    (half) => half.replace(/\{(id|timestamp)\}/g, (_, name) => values[name])
  );
  const content = Buffer.concat([before, body, after].map((part) => Buffer.from(part)));
  const encoding = encodingOf(options["encoding"] ?? "hex");
  const signature = option("prefix") + sign2(content).toString(encoding);
  const time = option("timestampPrefix") && option("timestampPrefix") + values.timestamp;
  return Object.fromEntries(
    [
      [option("idHeader"), values.id],
      [option("timestampHeader"), values.timestamp],
      [
        option("header", "x-signature"),
        [time, signature].filter(Boolean).join(option("separator"))
      ]
    ].flatMap(([name = "", value = ""]) => name === "" ? [] : [[name.toLowerCase(), value]])
  );
}
function withoutPrefix(secret) {
  return secret.replace(/^(v1,)?whsec_/, "");
}
var encodings2 = ["hex", "base64", "base64url"];
function encodingOf(given) {
  return encodings2.find((one2) => one2 === given) ?? "utf8";
}
function textOf2(value, usual3) {
  return typeof value === "string" ? value : usual3;
}

// local/functions/console/sign-webhook.ts
var signers = {
  none: () => ({}),
  bearer: ({ secret }) => ({ authorization: `Bearer ${secret}` }),
  basic: ({ secret }) => ({ authorization: `Basic ${Buffer.from(secret).toString("base64")}` }),
  token: ({ secret, options }) => ({ [text(options["header"], "x-api-key")]: secret }),
  kakao: ({ secret }) => ({ authorization: `KakaoAK ${secret}` }),
  telegram: ({ secret }) => ({ "x-telegram-bot-api-secret-token": secret }),
  gitlab: (unsigned) => /^wh(sec|pk)_/.test(unsigned.secret) ? standardWebhooks2("webhook")(unsigned) : { "x-gitlab-token": unsigned.secret },
  hmac: signHmac,
  "public-key": signPublicKey,
  github: hmac({ header: "x-hub-signature-256", prefix: "sha256=" }),
  bitbucket: hmac({ header: "x-hub-signature", prefix: "sha256=" }),
  jira: hmac({ header: "x-hub-signature", prefix: "sha256=" }),
  linear: hmac({ header: "linear-signature" }),
  pagerduty: hmac({ header: "x-pagerduty-signature", prefix: "v1=" }),
  shopify: hmac({ header: "x-shopify-hmac-sha256", encoding: "base64" }),
  line: hmac({ header: "x-line-signature", encoding: "base64" }),
  meta: hmac({ header: "x-hub-signature-256", prefix: "sha256=" }),
  toss: signToss,
  chzzk: signChzzk,
  "naver-works": hmac({ header: "x-works-signature", encoding: "base64" }),
  stripe: hmac({
    header: "stripe-signature",
    prefix: "t={timestamp},v1=",
    template: "{timestamp}.{body}"
  }),
  paddle: hmac({
    header: "paddle-signature",
    prefix: "ts={timestamp};h1=",
    template: "{timestamp}:{body}"
  }),
  slack: hmac({
    header: "x-slack-signature",
    prefix: "v0=",
    template: "v0:{timestamp}:{body}",
    timestampHeader: "x-slack-request-timestamp"
  }),
  zoom: hmac({
    header: "x-zm-signature",
    prefix: "v0=",
    template: "v0:{timestamp}:{body}",
    timestampHeader: "x-zm-request-timestamp"
  }),
  twilio: ({ body, contentType, secret, options }) => ({
    "x-twilio-signature": twilioSignature({
      ...{ url: text(options["url"], ""), contentType, body, secret }
    })
  }),
  discord: signDiscord,
  "standard-webhooks": standardWebhooks2("webhook"),
  portone: standardWebhooks2("webhook"),
  svix: standardWebhooks2("svix")
};
function findSigner({
  verifier,
  options,
  secret,
  signingKey
}) {
  if (verifier === "token" && typeof options["query"] === "string") {
    return void 0;
  }
  if (verifier === "discord" || verifier === "public-key" || isPublic(secret)) {
    const pair = ed25519KeyPairOf(signingKey);
    const own = isPublic(secret) ? pair?.publicKeyStandard : pair?.publicKeyHex;
    return own === secret ? ownSigner(verifier) : void 0;
  }
  return ownSigner(verifier);
}
function ownSigner(verifier) {
  return Object.hasOwn(signers, verifier) ? signers[verifier] : void 0;
}
function isPublic(secret) {
  return secret.startsWith("whpk_");
}
function hmac(form) {
  return ({ body, secret, nowMs }) => {
    const { encoding = "hex", prefix = "", template = "{body}" } = form;
    const timestamp = secondsOf(nowMs);
    const [before = "", after = ""] = template.replace("{timestamp}", timestamp).split("{body}");
    const digest3 = createHmac5("sha256", secret).update(before).update(body).update(after);
    return {
      ...form.timestampHeader && { [form.timestampHeader]: timestamp },
      [form.header]: `${prefix.replace("{timestamp}", timestamp)}${digest3.digest(encoding)}`
    };
  };
}
function signDiscord({ body, signingKey, nowMs }) {
  const timestamp = secondsOf(nowMs);
  return {
    "x-signature-timestamp": timestamp,
    "x-signature-ed25519": signed(signingKey, timestamp, body).toString("hex")
  };
}
var koreaOffsetMs = 324e5;
function signToss({ body, secret, nowMs }) {
  const time = `${new Date(nowMs + koreaOffsetMs).toISOString().slice(0, 19)}+09:00`;
  const digest3 = createHmac5("sha256", secret).update(body).update(`:${time}`);
  return {
    "tosspayments-webhook-transmission-time": time,
    "tosspayments-webhook-signature": `v1:${digest3.digest("base64")}`
  };
}
function signChzzk({ body, secret, nowMs, headers = {} }) {
  const id = headers["chzzk-event-message-id"] ?? randomUUID2();
  const time = new Date(nowMs).toISOString();
  const signature = createHmac5("sha256", secret).update(id + time).update(body).digest("hex");
  return {
    "chzzk-event-message-id": id,
    "chzzk-event-message-timestamp": time,
    "chzzk-event-message-signature": `sha256=${signature}`
  };
}
function standardWebhooks2(prefix) {
  return ({ body, secret, signingKey, nowMs, headers = {} }) => {
    const id = headers[`${prefix}-id`] ?? `msg_${randomUUID2()}`;
    const timestamp = secondsOf(nowMs);
    const start = `${id}.${timestamp}.`;
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const signature = isPublic(secret) ? `v1a,${signed(signingKey, start, body).toString("base64")}` : `v1,${createHmac5("sha256", key).update(start).update(body).digest("base64")}`;
    return {
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: timestamp,
      [`${prefix}-signature`]: signature
    };
  };
}
function signed(signingKey, start, body) {
  const content = Buffer.concat([start, body].map((part) => Buffer.from(part)));
  return ed25519KeyPairOf(signingKey)?.sign(content) ?? Buffer.alloc(0);
}
function secondsOf(ms) {
  return String(Math.floor(ms / 1e3));
}
function text(value, usual3) {
  return typeof value === "string" ? value : usual3;
}

// local/deliveries/send-again/sign-again.ts
function signAgain(request, sourceName, { connection, nowMs }) {
  const source = readSources(connection.settings).find(({ name }) => name === sourceName);
  const headers = withoutFraming(request.headers);
  const proof = proofOf(request, source, nowMs);
  const target2 = request.query === "" ? request.path : `${request.path}?${request.query}`;
  return {
    request: {
      method: request.method,
      url: `${connection.webhookOrigin}${target2}`,
      headers: { ...headers, ...proof },
      body: request.body
    },
    proof: proof ?? {},
    ...proof === void 0 && { unsigned: unsignedText(source) }
  };
}
function proofOf({ method, headers, body }, source, nowMs) {
  const signer = source && method === "POST" ? findSigner(source) : void 0;
  if (source === void 0 || signer === void 0) {
    return void 0;
  }
  const { secret, options, signingKey } = source;
  const contentType = headers["content-type"] ?? "";
  return signer({ body, contentType, headers, secret, options, signingKey, nowMs });
}
function unsignedText(source) {
  return source === void 0 ? "No source of WEBHOOK_SOURCES is meant, so the request is as it was." : `A request of the source ${source.name} cannot be signed here, so it is as it was.`;
}

// local/deliveries/send-again/delivery-command.ts
var argumentBytesMax2 = 1e5;
var secretVariable = "WEBHOOK_SECRET";
function deliveryCommand({ call: call2, delivery }, context) {
  const { request: shown2 } = delivery;
  const { request } = call2;
  return request === void 0 || shown2 === null ? eventCommand(call2.function, delivery.event, context.connection) : requestCommand({ request, shown: shown2, source: call2.source }, context);
}
function eventCommand(name, event, connection) {
  return withBody(
    [
      "curl -sS -X POST",
      shellQuote(connection.invocationUrl(name)),
      header("content-type", "application/json")
    ],
    { text: printableJson(event ?? {}), isBase64: false }
  );
}
function requestCommand({ request, shown: shown2, source }, { connection, hide, hiddenNames, nowMs }) {
  const encoding = shown2.bodyEncoding === "base64" ? "base64" : "utf8";
  const body = Buffer.from(shown2.body, encoding);
  const again = signAgain({ ...request, body }, source, { connection, nowMs });
  const { proof } = again;
  const names = Object.keys(withoutFraming(shown2.headers)).filter((name) => !(name in proof));
  const leftOut = names.filter(
    (name) => isHiddenHeader(name, hiddenNames) || shown2.headers[name]?.includes(hiddenText)
  );
  const plain = names.filter((name) => !leftOut.includes(name));
  const secret = readSources(connection.settings).find(({ name }) => name === source)?.secret ?? "";
  const notes = [
    ...again.unsigned === void 0 ? [] : [again.unsigned],
    ...leftOut.length === 0 ? [] : [`Hidden headers are left out: ${leftOut.join(", ")}`]
  ];
  const command = withBody(
    [
      `curl -sS -X ${shellQuote(request.method)}`,
      shellQuote(`${connection.webhookOrigin}${shown2.path}`),
      ...plain.map((name) => header(name, shown2.headers[name] ?? "")),
      ...Object.entries(proof).map(([name, value]) => proofHeader(name, value, { secret, hide }))
    ],
    { text: shown2.body, isBase64: encoding === "base64" }
  );
  return [...notes.map((note) => `# ${note}`), command].join("\n");
}
function proofHeader(name, value, { secret, hide }) {
  const encoded = Buffer.from(secret).toString("base64");
  const variable = `"$${secretVariable}"`;
  if (secret !== "" && value.includes(secret)) {
    return `-H ${shellQuote(`${name}: ${value.replace(secret, "")}`)}${variable}`;
  }
  if (secret !== "" && value.includes(encoded)) {
    const command = `"$(printf %s ${variable} | base64)"`;
    return `-H ${shellQuote(`${name}: ${value.replace(encoded, "")}`)}${command}`;
  }
  return header(name, hide.text(value));
}
function header(name, value) {
  return `-H ${shellQuote(`${name}: ${value}`)}`;
}
function withBody(parts, { text: text2, isBase64 }) {
  const call2 = parts.join(" ");
  if (text2 === "") {
    return call2;
  }
  if (isBase64) {
    return `printf '%s' ${shellQuote(text2)} | base64 -d | ${call2} --data-binary @-`;
  }
  return Buffer.byteLength(text2) > argumentBytesMax2 ? `printf '%s' ${shellQuote(text2)} | ${call2} --data-binary @-` : `${call2} --data-raw ${shellQuote(text2)}`;
}

// local/deliveries/send-again/edit-call.ts
var bodyCharactersMax = 8 * 1024 * 1024;
function editRequest(kept, request, asked) {
  const fields = closedObject(asked, "the replay", ["headers", "body", "bodyEncoding"]);
  return {
    ...request,
    headers: editHeaders(kept, request, fields["headers"]),
    body: editBody(kept, request, fields)
  };
}
function editHeaders({ delivery: { request: shown2 } }, { headers }, asked) {
  if (asked === void 0) {
    return headers;
  }
  if (!isObject(asked)) {
    return parseHeaders(asked);
  }
  const entries = Object.entries(withoutFraming(asked)).map(([given, value]) => {
    const name = given.toLowerCase();
    const isAsShown = value === shown2?.headers[name];
    return [name, isAsShown ? headers[name] ?? value : checkHidden(name, value)];
  });
  return parseHeaders(Object.fromEntries(entries));
}
function checkHidden(name, value) {
  if (typeof value === "string" && value.includes(hiddenText)) {
    throw hiddenInput(`the header ${name}`);
  }
  return value;
}
function editBody({ delivery: { request: shown2 } }, { body }, fields) {
  if (fields["body"] === void 0) {
    return body;
  }
  const text2 = textUpTo(fields["body"], "body", bodyCharactersMax);
  const encoding = fields["bodyEncoding"] ?? "utf-8";
  if (encoding !== "utf-8" && encoding !== "base64") {
    throw new InvalidInput("bodyEncoding must be utf-8 or base64");
  }
  if (text2 === shown2?.body && encoding === shown2.bodyEncoding) {
    return body;
  }
  const bytes = Buffer.from(text2, encoding);
  if (encoding === "base64" && bytes.toString("base64") !== text2) {
    throw new InvalidInput("body must be Base64 of the standard alphabet, padded");
  }
  refuseHidden(bytes, Buffer.from(body), "body");
  return bytes;
}
function editEvent({ call: call2, delivery }, asked) {
  const { event } = closedObject(asked, "the replay", ["event"]);
  if (event === void 0 || JSON.stringify(event) === JSON.stringify(delivery.event)) {
    return call2.event ?? {};
  }
  const bytes = (value) => Buffer.from(JSON.stringify(value) ?? "");
  refuseHidden(bytes(event), bytes(call2.event), "event");
  return event;
}
function refuseHidden(edited, original, name) {
  if (edited.includes(hiddenText) && !original.includes(hiddenText)) {
    throw hiddenInput(name);
  }
}
function hiddenInput(name) {
  return new InvalidInput(`${name} holds ${hiddenText} in place of a secret: write a value there`);
}

// local/deliveries/send-again/replay.ts
async function replay(kept, asked, context) {
  const { request } = kept.call;
  return request === void 0 ? replayEvent(kept, editEvent(kept, asked), context) : replayRequest(kept, editRequest(kept, request, asked), context);
}
async function replayRequest({ call: call2 }, request, { connection, hide, hiddenNames, nowMs, newestFirst }) {
  const again = signAgain(request, call2.source, { connection, nowMs });
  const { headers } = again.request;
  const reply = await send(
    { ...again.request, headers: { ...headers, [replayHeader]: call2.id } },
    hide
  );
  const names = /* @__PURE__ */ new Set([...hiddenNames, ...Object.keys(again.proof)]);
  return {
    id: newestFirst().find(({ replayOf }) => replayOf === call2.id)?.id ?? null,
    signed: again.unsigned === void 0,
    note: again.unsigned ?? null,
    sent: showRequest({ ...request, headers }, hide, names),
    reply
  };
}
async function replayEvent({ call: { function: name } }, event, { connection, hide, newestFirst }) {
  const newest = () => newestFirst().find((delivery) => delivery.function === name)?.id;
  const before = newest();
  const reply = await send(
    {
      method: "POST",
      url: connection.invocationUrl(name),
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event)
    },
    hide
  );
  const after = newest();
  return {
    id: after === void 0 || after === before ? null : after,
    signed: false,
    note: null,
    sent: { function: name, event: hide.json(event) },
    reply
  };
}
async function send(request, hide) {
  const { status, headers, body } = await sendRequest(request);
  return showReply({ status, headers, body: Buffer.from(body) }, hide);
}

// local/deliveries/deliveries-api.ts
var deliveriesPath = "/_/deliveries";
var onePath = /^\/_\/deliveries\/([^/]{1,100})(\/replay|\/curl)?$/;
var askedBytesMax = 16 * 1024 * 1024;
var alone = "the emulator runs alone: the command start runs the functions beside it";
function createDeliveriesApi(context) {
  return async (request) => {
    try {
      return await respond(request, context);
    } catch (error) {
      return toProblem(error);
    }
  };
}
function respond(request, context) {
  const [path = "", ...query] = (request.url ?? "").split("?");
  return path === deliveriesPath ? list(request, new URLSearchParams(query.join("?")), context) : one(request, onePath.exec(path), context);
}
function toProblem(error) {
  if (error instanceof InvalidInput) {
    return problemResponse(400, error.message);
  }
  if (error instanceof NoReply) {
    return problemResponse(502, error.message);
  }
  throw error;
}
function list({ method }, search, { deliveries }) {
  if (method === "DELETE") {
    deliveries.empty();
    return { status: 204, headers: {}, body: "" };
  }
  return isRead(method) ? jsonResponse(200, {
    deliveries: listDeliveries(deliveries.newestFirst(), parseDeliveriesQuery(search))
  }) : notAllowed("GET, HEAD, DELETE");
}
async function one(request, match, context) {
  const [, id = "", action = ""] = match ?? [];
  const kept = context.deliveries.find(id);
  if (kept === void 0) {
    return problemResponse(404, "no delivery has this id, or it was dropped");
  }
  if (action === "/replay") {
    return request.method === "POST" ? replayOne(request, kept, context) : notAllowed("POST");
  }
  if (!isRead(request.method)) {
    return notAllowed("GET, HEAD");
  }
  return action === "/curl" ? commandFor(kept, context) : jsonResponse(200, { ...kept.delivery, log: context.deliveries.logOf(kept) });
}
function isRead(method) {
  return method === "GET" || method === "HEAD";
}
async function replayOne(request, kept, context) {
  const body = await readBody(request, askedBytesMax);
  if (body.kind !== "whole") {
    return problemResponse(413, `at most ${askedBytesMax} bytes`);
  }
  const using = toReplayContext(kept, context);
  const asked = body.bytes.length === 0 ? {} : parseJson(body.bytes);
  return using === void 0 ? problemResponse(503, alone) : jsonResponse(200, await replay(kept, asked, using));
}
function commandFor(kept, context) {
  const using = toReplayContext(kept, context);
  return using === void 0 ? problemResponse(503, alone) : {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: deliveryCommand(kept, using)
  };
}
function toReplayContext({ context: { settings, hide, hiddenNames } }, { deliveries: { newestFirst }, connection, now }) {
  return connection && {
    connection: { ...connection, settings },
    ...{ hide, hiddenNames, newestFirst, nowMs: now() }
  };
}
function notAllowed(allow) {
  return withHeaders(problemResponse(405, "method not allowed"), { allow });
}

// local/functions/console/samples.ts
var json = { "content-type": "application/json" };
var usual2 = {
  headers: json,
  body: '{\n  "type": "order.paid",\n  "order": "A-1",\n  "total": 12.50\n}'
};
var samples = {
  github: {
    headers: { ...json, "x-github-event": "push", "x-github-delivery": "{{uuid}}" },
    body: '{\n  "ref": "refs/heads/main",\n  "repository": { "full_name": "octo/demo" },\n  "after": 12345678901234567890\n}'
  },
  stripe: {
    headers: json,
    body: '{\n  "id": "evt_{{uuid}}",\n  "object": "event",\n  "type": "charge.succeeded",\n  "data": { "object": { "id": "ch_1", "amount": 12.50 } }\n}'
  },
  slack: {
    headers: json,
    body: '{\n  "type": "event_callback",\n  "team_id": "T1",\n  "event_id": "Ev{{ms}}",\n  "event": { "type": "message", "channel": "C1", "text": "\uC548\uB155\uD558\uC138\uC694" }\n}'
  },
  "standard-webhooks": {
    headers: json,
    body: '{\n  "type": "invoice.paid",\n  "timestamp": "2026-11-24T00:00:00Z",\n  "data": { "id": "in_1", "total": 12.50 }\n}'
  },
  line: {
    headers: json,
    body: '{\n  "destination": "U0",\n  "events": [\n    { "type": "message", "webhookEventId": "{{uuid}}", "source": { "type": "user", "userId": "U1" }, "message": { "type": "text", "text": "\uC548\uB155\uD558\uC138\uC694" } },\n    { "type": "follow", "webhookEventId": "{{uuid}}", "source": { "type": "user", "userId": "U2" } }\n  ]\n}'
  },
  gitlab: {
    headers: { ...json, "x-gitlab-event": "Push Hook", "idempotency-key": "{{uuid}}" },
    body: '{\n  "object_kind": "push",\n  "project": { "path_with_namespace": "octo/demo" }\n}'
  },
  bitbucket: {
    headers: { ...json, "x-event-key": "repo:push", "x-request-uuid": "{{uuid}}" },
    body: '{\n  "repository": { "full_name": "octo/demo" },\n  "push": { "changes": [] }\n}'
  },
  jira: {
    headers: { ...json, "x-atlassian-webhook-identifier": "{{uuid}}" },
    body: '{\n  "timestamp": {{ms}},\n  "webhookEvent": "jira:issue_created",\n  "issue": { "key": "OPS-1" }\n}'
  },
  linear: {
    headers: { ...json, "linear-event": "Issue", "linear-delivery": "{{uuid}}" },
    body: '{\n  "action": "create",\n  "type": "Issue",\n  "data": { "id": "2174add1" },\n  "webhookTimestamp": {{ms}}\n}'
  },
  pagerduty: {
    headers: json,
    body: '{\n  "event": {\n    "id": "{{uuid}}",\n    "event_type": "incident.triggered",\n    "data": { "id": "PGR0VU2" }\n  }\n}'
  },
  shopify: {
    headers: {
      ...json,
      "x-shopify-topic": "orders/create",
      "x-shopify-shop-domain": "relay.myshopify.com",
      "x-shopify-webhook-id": "{{uuid}}"
    },
    body: '{\n  "id": 820982911946154508,\n  "admin_graphql_api_id": "gid://shopify/Order/820982911946154508"\n}'
  },
  paddle: {
    headers: json,
    body: '{\n  "event_id": "evt_{{uuid}}",\n  "event_type": "transaction.paid",\n  "data": { "id": "txn_01" }\n}'
  },
  zoom: {
    headers: json,
    body: '{\n  "event": "meeting.started",\n  "payload": { "account_id": "acc-1", "object": { "id": "111" } }\n}'
  },
  portone: {
    headers: json,
    body: '{\n  "type": "Transaction.Paid",\n  "data": { "storeId": "store-1", "paymentId": "payment-{{ms}}" }\n}'
  },
  meta: {
    headers: json,
    body: '{\n  "object": "whatsapp_business_account",\n  "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": { "messaging_product": "whatsapp" } }] }]\n}'
  },
  toss: {
    headers: json,
    body: '{\n  "eventType": "payout.changed",\n  "eventId": "{{uuid}}",\n  "entityType": "payout",\n  "entityBody": { "id": "FPA_12345", "amount": { "currency": "KRW", "value": 5000.0 } }\n}'
  },
  chzzk: {
    headers: { ...json, "chzzk-event-message-data-type": "drops_reward_claim" },
    body: '{\n  "version": "1.0",\n  "event": { "version": "1.0", "data": { "claimId": "claim-{{ms}}", "channelId": "909501f0" } }\n}'
  },
  "naver-works": {
    headers: { ...json, "x-works-botid": "2000001" },
    body: '{\n  "type": "message",\n  "source": { "userId": "u-1", "domainId": 40029600 },\n  "content": { "type": "text", "text": "\uC548\uB155\uD558\uC138\uC694" }\n}'
  },
  kakao: {
    headers: { ...json, "x-kakao-resource-id": "{{uuid}}" },
    body: '{\n  "event": "added",\n  "id": "1234567890",\n  "id_type": "app_user_id"\n}'
  },
  discord: {
    headers: json,
    body: '{\n  "version": 1,\n  "application_id": "1234",\n  "type": 1,\n  "event": {\n    "type": "ENTITLEMENT_CREATE",\n    "timestamp": "2026-11-24T00:00:00Z",\n    "data": { "id": "1", "user_id": "2" }\n  }\n}'
  },
  twilio: {
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "i-twilio-idempotency-token": "{{uuid}}"
    },
    body: "To=%2B821012345678&MessageSid=SM{{ms}}&Body=Order+A-1+%EC%A3%BC%EB%AC%B8&MessageStatus=delivered"
  },
  telegram: {
    headers: json,
    body: '{\n  "update_id": {{ms}},\n  "message": { "message_id": 1365, "chat": { "id": 1111111 }, "text": "\uC548\uB155\uD558\uC138\uC694" }\n}'
  }
};
function sampleOf(verifier) {
  return (Object.hasOwn(samples, verifier) ? samples[verifier] : void 0) ?? usual2;
}

// local/functions/console/describe-source.ts
function describeSource(source) {
  const { name, verifier } = source;
  const canSign = findSigner(source) !== void 0;
  return { name, verifier, canSign, sample: sampleOf(verifier) };
}

// local/functions/console/send-webhook.ts
import { randomUUID as randomUUID3 } from "node:crypto";
var nameCharactersMax = 200;
var bodyCharactersMax2 = 2 * 1024 * 1024;
var wrongSecret = "whsec_d3JvbmctbG9jYWwtc2VjcmV0LTAwMDAwMDAwMDAwMDE=";
var wrongSigningKey = "wrong-local-key-not-for-real-use";
async function sendWebhook(asked, connection) {
  const known2 = ["source", "headers", "body", "wrongSecret"];
  const fields = closedObject(asked, "the webhook", known2);
  const source = findSource(fields["source"], connection);
  const sample = sampleOf(source.verifier);
  const body = filled(textUpTo(fields["body"] ?? sample.body, "body", bodyCharactersMax2));
  const headers = parseHeaders(fields["headers"] ?? sample.headers, filled);
  const used = fields["wrongSecret"] === true ? withWrongSecret(source) : source;
  const proof = proofOf2(source, used, { body, contentType: headers["content-type"] ?? "" });
  const sent = {
    method: "POST",
    url: `${connection.webhookOrigin}/webhook/${encodeURIComponent(source.name)}`,
    headers: { ...headers, ...proof },
    body
  };
  const reply = await sendRequest(sent);
  return { sent: { ...sent, headers: { ...headers, ...hidden2(proof, source) } }, reply };
}
function findSource(value, { settings }) {
  const name = textUpTo(value, "source", nameCharactersMax);
  const found = readSources(settings).find((source) => source.name === name);
  if (found === void 0) {
    throw new InvalidInput("source must be one of WEBHOOK_SOURCES");
  }
  return found;
}
function proofOf2(source, used, content) {
  const signer = findSigner(source);
  if (signer === void 0) {
    throw new InvalidInput(`the console cannot sign for the verifier ${source.verifier}`);
  }
  const { secret, options, signingKey } = used;
  return signer({ ...content, secret, options, signingKey, nowMs: Date.now() });
}
function withWrongSecret(source) {
  const secret = source.secret.startsWith("whpk_") ? source.secret : wrongSecret;
  return { ...source, secret, signingKey: wrongSigningKey };
}
function hidden2(proof, { secret }) {
  const encoded = Buffer.from(secret).toString("base64");
  return Object.fromEntries(
    Object.entries(proof).map(([name, value]) => [
      name,
      secret === "" ? value : value.replace(secret, "\u2022\u2022\u2022").replace(encoded, "\u2022\u2022\u2022")
    ])
  );
}
function filled(text2) {
  return text2.replaceAll("{{uuid}}", () => randomUUID3()).replaceAll("{{ms}}", () => String(Date.now()));
}

// local/functions/console/upload-object.ts
import { createHash as createHash5 } from "node:crypto";

// local/object-storage/protocol/signature-v4.ts
import { createHash as createHash4, createHmac as createHmac6, timingSafeEqual as timingSafeEqual5 } from "node:crypto";

// local/object-storage/protocol/s3-error.ts
var errors = {
  AccessDenied: [403, "Access Denied"],
  AuthorizationHeaderMalformed: [400, "The authorization header that you provided is not valid."],
  BadDigest: [400, "A checksum or the Content-MD5 that you specified does not match the content."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed object size."],
  IncompleteBody: [400, "The content is not as long as, or not framed as, its headers say."],
  InsufficientStorage: [507, "The emulator is full: delete objects, or raise its limits."],
  InternalError: [500, "An internal error occurred. Try again."],
  InvalidAccessKeyId: [403, "The access key ID that you provided does not exist in our records."],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidRange: [416, "The requested range is not satisfiable."],
  InvalidRequest: [400, "Invalid Request"],
  InvalidURI: [400, "The specified URI couldn't be parsed."],
  KeyTooLongError: [400, "Your key is too long."],
  MalformedXML: [400, "The XML that you provided is not well formed or not of the schema."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchBucket: [404, "The specified bucket does not exist."],
  NoSuchKey: [404, "The specified key does not exist."],
  NotImplemented: [501, "What you ask for is not implemented here."],
  RequestTimeTooSkewed: [403, "The difference between the request time and ours is too large."],
  SignatureDoesNotMatch: [403, "The signature does not match the request and the secret key."],
  SlowDown: [503, "Please reduce your request rate."],
  XAmzContentSHA256Mismatch: [400, "x-amz-content-sha256 does not match what was computed."]
};
var S3Error = class extends Error {
  name = "S3Error";
  code;
  constructor(code, message = errors[code][1]) {
    super(message);
    this.code = code;
  }
};

// local/object-storage/protocol/uri.ts
function uriEncode(bytes) {
  return bytes.replace(/[^A-Za-z0-9\-._~]/g, (byte) => {
    const hex = byte.charCodeAt(0).toString(16).toUpperCase();
    return `%${hex.padStart(2, "0")}`;
  });
}
function uriDecode(text2) {
  if (/%(?![0-9a-f]{2})/i.test(text2)) {
    throw new S3Error("InvalidURI");
  }
  return text2.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
function queryDecode(text2) {
  return uriDecode(text2.replaceAll("+", "%20"));
}
var utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// local/object-storage/protocol/target.ts
function splitTarget(target2) {
  if (!target2.startsWith("/")) {
    throw new S3Error("InvalidURI", "The request line must hold a path.");
  }
  const mark = target2.indexOf("?");
  return mark === -1 ? { path: target2, query: "" } : { path: target2.slice(0, mark), query: target2.slice(mark + 1) };
}
function queryPairs(query) {
  return query.split("&").filter((pair) => pair !== "").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [queryDecode(name), queryDecode(value.join("="))];
  });
}

// local/object-storage/protocol/signature-v4.ts
var signatureV4Algorithm = "AWS4-HMAC-SHA256";
function canonicalRequest(signed2) {
  const { method, target: target2, headers, signedHeaders: signedHeaders2, payloadHash } = signed2;
  const { path, query } = splitTarget(target2);
  return [
    method,
    canonicalUri(path),
    canonicalQuery(query),
    ...signedHeaders2.map((name) => `${name}:${canonicalValue(headers.get(name) ?? "")}`),
    "",
    signedHeaders2.join(";"),
    payloadHash
  ].join("\n");
}
function canonicalUri(path) {
  return uriDecode(path).split("/").map(uriEncode).join("/");
}
function canonicalQuery(query) {
  return queryPairs(query).map(([name, value]) => [uriEncode(name), uriEncode(value)]).sort((a, b) => compareAscii(a[0], b[0]) || compareAscii(a[1], b[1])).map(([name, value]) => `${name}=${value}`).join("&");
}
function compareAscii(a, b) {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
function canonicalValue(value) {
  return value.replace(/[ \t]+/g, " ").replace(/^ | $/g, "");
}
function stringToSignV4(timestamp, scope, canonical) {
  const { date, region, service } = scope;
  const hash = createHash4("sha256").update(canonical, "latin1").digest("hex");
  return [signatureV4Algorithm, timestamp, `${date}/${region}/${service}/aws4_request`, hash].join(
    "\n"
  );
}
function signatureV4Of(text2, scope, secretKey) {
  const parts = [scope.date, scope.region, scope.service, "aws4_request"];
  const signingKey = parts.reduce(hmac2, Buffer.from(`AWS4${secretKey}`));
  return hmac2(signingKey, text2).toString("hex");
}
function hmac2(key, text2) {
  return createHmac6("sha256", key).update(text2, "latin1").digest();
}

// local/functions/console/upload-object.ts
var uploadBucket = "local-uploads";
var keyBytesMax = 1024;
var textCharactersMax = 1024 * 1024;
async function uploadObject(asked, connection) {
  const fields = closedObject(asked, "the upload", ["name", "text"]);
  const name = textUpTo(fields["name"], "name", keyBytesMax);
  if (name === "" || Buffer.byteLength(name) > keyBytesMax) {
    throw new InvalidInput(`name must be 1 to ${keyBytesMax} bytes`);
  }
  if (name.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new InvalidInput("name must not have a segment . or ..");
  }
  const body = textUpTo(fields["text"] ?? "", "text", textCharactersMax);
  const sent = signedPut({ name, body }, connection, Date.now());
  const reply = await sendRequest(sent);
  const { authorization: _, ...headers } = sent.headers;
  return { sent: { ...sent, headers }, reply };
}
function signedPut({ name, body }, { objectStorageOrigin, settings }, nowMs) {
  const method = "PUT";
  const path = name.split("/").map((part) => uriEncode(Buffer.from(part).toString("latin1")));
  const target2 = `/${uploadBucket}/${path.join("/")}`;
  const timestamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const payloadHash = createHash5("sha256").update(body).digest("hex");
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    host: new URL(objectStorageOrigin).host,
    "x-amz-content-sha256": payloadHash,
    "x-amz-date": timestamp
  };
  const signedHeaders2 = Object.keys(headers);
  const region = settings["OBJECT_STORAGE_REGION"] ?? "";
  const scope = { date: timestamp.slice(0, 8), region, service: "s3" };
  const canonical = canonicalRequest({
    ...{ method, target: target2, signedHeaders: signedHeaders2, payloadHash },
    headers: new Map(Object.entries(headers))
  });
  const text2 = stringToSignV4(timestamp, scope, canonical);
  const signature = signatureV4Of(text2, scope, settings["NCLOUD_SECRET_KEY"] ?? "");
  const credential = `${settings["NCLOUD_ACCESS_KEY"]}/${scope.date}/${region}/s3/aws4_request`;
  const authorization = `${signatureV4Algorithm} Credential=${credential}, SignedHeaders=${signedHeaders2.join(";")}, Signature=${signature}`;
  const { host: _, ...others } = headers;
  return {
    method,
    url: `${objectStorageOrigin}${target2}`,
    headers: { ...others, authorization },
    body
  };
}

// local/functions/console/functions-console.ts
var functionsPath = "/_/functions";
var askedBytesMax2 = 8 * 1024 * 1024;
var actions = {
  webhook: sendWebhook,
  upload: uploadObject
};
function createFunctionsConsole(connection) {
  return async (request) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    return path === functionsPath ? list2(request, connection) : call(request, path.slice(functionsPath.length + 1), connection);
  };
}
function list2({ method = "" }, connection) {
  return ["GET", "HEAD"].includes(method) ? jsonResponse(200, describe(connection)) : notAllowed2("GET, HEAD");
}
async function call(request, name, connection) {
  if (request.method !== "POST") {
    return notAllowed2("POST");
  }
  if (connection === void 0) {
    return problem(503, "the emulator runs alone: the command start runs the functions beside it");
  }
  const action = findAction(name, connection);
  return action === void 0 ? problem(404, "no such function") : answer(request, action, connection);
}
function findAction(name, connection) {
  if (Object.hasOwn(actions, name)) {
    return actions[name];
  }
  const isCalledByName = connection.invocations().includes(name);
  return isCalledByName ? (asked, connected) => invoke(name, asked, connected) : void 0;
}
function describe(connection) {
  return connection === void 0 ? { connected: false, sources: [] } : {
    connected: true,
    sources: readSources(connection.settings).map(describeSource),
    bucket: uploadBucket,
    invocations: connection.invocations()
  };
}
async function answer(request, action, connection) {
  const body = await readBody(request, askedBytesMax2);
  if (body.kind !== "whole") {
    return problem(413, `at most ${askedBytesMax2} bytes`);
  }
  try {
    const asked = body.bytes.length === 0 ? {} : parseJson(body.bytes);
    return jsonResponse(200, await action(asked, connection));
  } catch (error) {
    if (error instanceof InvalidInput) {
      return problem(400, error.message);
    }
    if (error instanceof NoReply) {
      return problem(502, error.message);
    }
    throw error;
  }
}
function invoke(name, asked, { invocationUrl }) {
  const { event = {} } = closedObject(asked, "the call", ["event"]);
  const headers = { "content-type": "application/json" };
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const sent = { method: "POST", url: invocationUrl(name), headers, body };
  return sendRequest(sent).then((reply) => ({ sent, reply }));
}
function notAllowed2(allow) {
  return withHeaders(problem(405, "method not allowed"), { allow });
}
function problem(status, error) {
  return jsonResponse(status, { error });
}

// local/http/listen.ts
import { once } from "node:events";
import { isIPv6 } from "node:net";
async function listen(server, port, host) {
  server.listen({ port, host });
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
async function closeServer(server) {
  if (!server.listening) {
    return;
  }
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
function reachableHost(host) {
  const reachable = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  return isIPv6(reachable) ? `[${reachable}]` : reachable;
}

// local/page/build-page.ts
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
var folder = new URL("./", import.meta.url);
function buildPage() {
  return existsSync(new URL("built/", folder)) ? readPage() : compilePage();
}
async function readPage() {
  const [html, code, styles] = await Promise.all(
    ["index.html", "page.js", "page.css"].map(
      (name) => readFile(new URL(`built/${name}`, folder), "utf8")
    )
  );
  return { "/": html ?? "", "/page.js": code ?? "", "/page.css": styles ?? "" };
}
async function compilePage() {
  const { build } = await import("esbuild");
  const built = await build({
    absWorkingDir: fileURLToPath(folder),
    entryPoints: [
      { in: "main.tsx", out: "page" },
      { in: "styles/page.css", out: "page" }
    ],
    outdir: "built",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent"
  });
  const textOf3 = (ending) => built.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return {
    "/": await readFile(new URL("index.html", folder), "utf8"),
    "/page.js": textOf3(".js"),
    "/page.css": textOf3(".css")
  };
}

// local/page/serve-page.ts
var types = {
  "/": "text/html; charset=utf-8",
  "/page.js": "text/javascript; charset=utf-8",
  "/page.css": "text/css; charset=utf-8"
};
var contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ");
var browserHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store"
};
function createPage(build = buildPage) {
  let built;
  return (method, path) => {
    if (!isPagePath(path)) {
      return void 0;
    }
    if (method !== "GET" && method !== "HEAD") {
      const refused = jsonResponse(405, { error: "the page is read with GET" });
      return Promise.resolve(withHeaders(refused, { allow: "GET, HEAD" }));
    }
    built ??= build();
    return built.then((texts) => ({
      status: 200,
      headers: { ...browserHeaders, "content-type": types[path] },
      body: texts[path]
    }));
  };
}
function isPagePath(path) {
  return Object.hasOwn(types, path);
}

// local/data-stream/bounds.ts
var recordsMaxDefault = 1e4;
var recordBytesMaxDefault = 256 * 1024 * 1024;
var dataBytesMaxDefault = 1024 * 1024 * 1024;
var partitionBytesMaxDefault = 2e11;

// local/data-stream/produce/gateway-request.ts
function apiRefusal(response, reason, fix) {
  return { kind: "refused", response, reason, fix };
}
function headerText(headers, name) {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

// local/data-stream/control/events.ts
var clientsMax = 32;
var bufferedBytesMax = 8 * 1024 * 1024;
var heartbeatMsDefault = 15e3;
var reconnectMs = 1e3;
function createEvents(records, heartbeatMs = heartbeatMsDefault) {
  const clients = /* @__PURE__ */ new Set();
  const faults = { on: false };
  const heartbeat = setInterval(() => beat(clients), heartbeatMs).unref();
  const send2 = (event, data) => {
    let text2;
    for (const client of clients) {
      if (client.live) {
        text2 ??= toEvent(event, data);
        client.response.write(text2);
        dropIfSlow(client);
      }
    }
  };
  return {
    isFull: () => clients.size >= clientsMax,
    join(response, headers) {
      const client = { response, cursor: resumeCursor(headers, records), live: false };
      clients.add(client);
      response.on("close", () => clients.delete(client));
      response.write(`retry: ${reconnectMs}

${toEvent("faults", faults)}`);
      replay2(client, records);
    },
    /**
     * Sends a record to the clients, in the order of the log. A client that joins now reads earlier records from
     * the log, so it gets each record once.
     */
    record(record) {
      for (const client of clients) {
        if (client.live) {
          writeRecord(client, record);
          dropIfSlow(client);
        }
      }
    },
    request: (entry) => send2("request", entry),
    /** Sends a finished call of a function, after the records that it left. */
    delivery: (delivery) => send2("delivery", delivery),
    /**
     * Tells every client whether faults are on. The state is the present one, so it also goes to clients that still
     * read older records.
     */
    faults(on) {
      faults.on = on;
      for (const client of clients) {
        client.response.write(toEvent("faults", faults));
        dropIfSlow(client);
      }
    },
    close() {
      clearInterval(heartbeat);
      for (const client of clients) {
        client.response.destroy();
      }
    }
  };
}
function resumeCursor(headers, records) {
  const newest = records.newestCursor();
  const text2 = headerText(headers, "last-event-id");
  if (!/^\d{1,16}$/.test(text2)) {
    return newest;
  }
  return Number(text2) > newest ? 0 : Number(text2);
}
function replay2(client, records) {
  for (const record of records.after(client.cursor)) {
    writeRecord(client, record);
    if (client.response.writableNeedDrain) {
      client.response.once("drain", () => replay2(client, records));
      return;
    }
  }
  client.live = true;
}
function writeRecord(client, record) {
  client.response.write(`id: ${record.cursor}
${toEvent("record", record)}`);
  client.cursor = record.cursor;
}
function toEvent(event, data) {
  return `event: ${event}
data: ${JSON.stringify(data)}

`;
}
function dropIfSlow(client) {
  if (client.response.writableLength > bufferedBytesMax) {
    client.response.destroy();
  }
}
function beat(clients) {
  for (const { response } of clients) {
    if (response.writableNeedDrain) {
      response.destroy();
    } else {
      response.write(": still here\n\n");
    }
  }
}

// local/data-stream/control/request-log.ts
function createRequestLog(requestsMax2) {
  let entries = [];
  let count = 0;
  return {
    add(request) {
      count += 1;
      const entry = { id: String(count), ...request };
      entries.push(entry);
      if (entries.length >= requestsMax2 * 2) {
        entries = entries.slice(entries.length - requestsMax2);
      }
      return entry;
    },
    recentFirst: () => entries.slice(Math.max(0, entries.length - requestsMax2)).reverse()
  };
}

// local/http/guard.ts
import { isIP, isIPv6 as isIPv62 } from "node:net";
var httpPort = 80;
var loopback = ["127.0.0.1", "localhost", "[::1]"];
function guard(headers, port, others = []) {
  const host = headerText(headers, "host").toLowerCase();
  if (!isAllowed(host, port, others)) {
    const hosts = new Set([...loopback, ...others].map((name) => withPort(name, port)));
    return forbidden(`the Host header must be one of ${[...hosts].join(", ")}`);
  }
  const origin = headers["origin"];
  if (origin !== void 0 && !isOwnOrigin(origin.toLowerCase(), port, others)) {
    return forbidden("requests from pages of another origin are refused");
  }
  if (headerText(headers, "sec-fetch-site").endsWith("-site")) {
    return forbidden("requests that another page starts are refused");
  }
  return void 0;
}
function isOwnOrigin(origin, port, others) {
  const scheme = "http://";
  return origin.startsWith(scheme) && isAllowed(origin.slice(scheme.length), port, others);
}
function isAllowed(given, port, others) {
  const host = withPort(given, httpPort);
  return loopback.some((name) => host === `${name}:${port}`) || others.some((name) => host === withPort(name, port));
}
function withPort(name, port) {
  return /:\d{1,5}$/.test(name) ? name : `${name}:${port}`;
}
function addressOf({ localAddress = "" }) {
  if (localAddress !== lastAddress.localAddress) {
    const plain = localAddress.replace(/^::ffff:(?=\d+\.)/, "").toLowerCase();
    const names = isIP(plain) === 0 ? [] : [isIPv62(plain) ? `[${plain}]` : plain];
    lastAddress = { localAddress, names };
  }
  return lastAddress.names;
}
var lastAddress = {
  localAddress: "",
  names: []
};
function forbidden(reason) {
  return jsonResponse(403, { error: reason });
}

// local/data-stream/faults/fault-script.ts
import { validateHeaderName as validateHeaderName2, validateHeaderValue as validateHeaderValue2 } from "node:http";
var stepsMax = 100;
var headersMax2 = 20;
var bodyCharactersMax3 = 65536;
var matchCharactersMax = 1e3;
var headerCharactersMax2 = 2e3;
var timesRange = { min: 1, max: 1e6 };
var statusRange = { min: 200, max: 599 };
var delayMsRange = { min: 0, max: 6e4 };
var skewMsRange = { min: -6048e5, max: 6048e5 };
var seedRange = { min: 0, max: 4294967295 };
var probabilityRange = { min: 0, max: 1 };
var nthRange = { min: 1, max: 1e6 };
var bytesPerSecondRange = { min: 1, max: 1e9 };
var bytesPerSecondDefault = 1e6;
var stepFields = ["when", "status", "headers", "body", "delayMs", "firstByteMs", "cut", "skewMs"];
var framingHeaders = ["content-length", "transfer-encoding", "connection", "trailer", "upgrade"];
function parseFaultScript(value) {
  const script = closedObject(value, "the script", ["steps", "rate", "bucket"]);
  const steps = ifPresent(script["steps"], toSteps) ?? [];
  const rate = ifPresent(script["rate"], toRate);
  const bucket = ifPresent(script["bucket"], toBucket);
  return { steps, ...rate && { rate }, ...bucket && { bucket } };
}
function toSteps(value) {
  if (!Array.isArray(value) || value.length > stepsMax) {
    throw new InvalidInput(`steps must be a list of at most ${stepsMax}`);
  }
  return value.map((step, index) => toCountedStep(step, `steps[${index}]`));
}
function toCountedStep(value, name) {
  const { times, ...step } = closedObject(value, name, ["times", ...stepFields]);
  return {
    times: ifPresent(times, (count) => integerIn(count, `${name}.times`, timesRange)) ?? 1,
    ...toStep(step, name)
  };
}
function toRate(value) {
  const rate = closedObject(value, "rate", ["probability", "seed", "step"]);
  return {
    probability: numberIn(rate["probability"], "rate.probability", probabilityRange),
    seed: integerIn(rate["seed"], "rate.seed", seedRange),
    step: toStep(rate["step"], "rate.step")
  };
}
function toBucket(value) {
  const { bytesPerSecond = bytesPerSecondDefault } = closedObject(value, "bucket", [
    "bytesPerSecond"
  ]);
  return {
    bytesPerSecond: integerIn(bytesPerSecond, "bucket.bytesPerSecond", bytesPerSecondRange)
  };
}
function toStep(value, name) {
  const fields = closedObject(value, name, stepFields);
  const integer = (field, range) => ifPresent(fields[field], (given) => integerIn(given, `${name}.${field}`, range));
  const step = withoutAbsent({
    when: ifPresent(fields["when"], (when) => toWhen(when, `${name}.when`)),
    status: integer("status", statusRange),
    headers: ifPresent(fields["headers"], (headers) => toHeaders(headers, `${name}.headers`)),
    body: ifPresent(fields["body"], (body) => toBody(body, `${name}.body`)),
    delayMs: integer("delayMs", delayMsRange),
    firstByteMs: integer("firstByteMs", delayMsRange),
    cut: ifPresent(fields["cut"], (cut) => toCut(cut, `${name}.cut`)),
    skewMs: integer("skewMs", skewMsRange)
  });
  refuseContradictions(step, name);
  return step;
}
function refuseContradictions(step, name) {
  if (step.status !== void 0 && step.cut !== void 0) {
    throw new InvalidInput(`${name} has both status and cut: a cut request gets no response`);
  }
  if (step.status === void 0 && (step.headers !== void 0 || step.body !== void 0)) {
    throw new InvalidInput(`${name} has headers or a body, which need a status`);
  }
}
function toWhen(value, name) {
  const fields = closedObject(value, name, ["topic", "key", "nth"]);
  const text2 = (field) => ifPresent(fields[field], (given) => textUpTo(given, `${name}.${field}`, matchCharactersMax));
  return withoutAbsent({
    topic: text2("topic"),
    key: text2("key"),
    nth: ifPresent(fields["nth"], (given) => integerIn(given, `${name}.nth`, nthRange))
  });
}
function toBody(value, name) {
  return textUpTo(isObject(value) ? JSON.stringify(value) : value, name, bodyCharactersMax3);
}
function toCut(value, name) {
  if (value !== "before" && value !== "after") {
    throw new InvalidInput(`${name} must be "before" or "after"`);
  }
  return value;
}
function toHeaders(value, name) {
  if (!isObject(value) || Object.keys(value).length > headersMax2) {
    throw new InvalidInput(`${name} must be an object of at most ${headersMax2} headers`);
  }
  const headers = Object.entries(value).map(([header2, given]) => {
    const text2 = textUpTo(given, `a value in ${name}`, headerCharactersMax2);
    refuseHeader2(header2, text2, name);
    return [header2.toLowerCase(), text2];
  });
  return Object.fromEntries(headers);
}
function refuseHeader2(header2, text2, name) {
  if (framingHeaders.includes(header2.toLowerCase())) {
    throw new InvalidInput(`${name} must not set ${header2}: the emulator does`);
  }
  try {
    validateHeaderName2(header2);
    validateHeaderValue2(header2, text2);
  } catch {
    throw new InvalidInput(`${name} has a name or value that HTTP does not allow`);
  }
}
function withoutAbsent(fields) {
  const present = Object.entries(fields).filter(([, value]) => value !== void 0);
  return Object.fromEntries(present);
}

// local/data-stream/wait/wait.ts
var parameters = ["topic", "key", "type", "id", "timeoutMs"];
var timeoutMsDefault = 4e3;
var timeoutMsMax = 6e4;
function parseWait(search) {
  checkParameters(search, parameters);
  const topic = search.get("topic");
  if (topic === null || topic === "") {
    throw new InvalidInput("topic must be given");
  }
  return {
    topic,
    key: search.get("key"),
    type: search.get("type"),
    id: search.get("id"),
    timeoutMs: integerParameter(search, "timeoutMs", { min: 0, max: timeoutMsMax }) ?? timeoutMsDefault
  };
}
async function waitForRecord({ socket }, query, { topics, waiters }) {
  if (topics.partitionCount(query.topic) === void 0) {
    return problemResponse(404, "the topic is unknown");
  }
  const matches2 = (record2) => isMatch2(record2, query);
  const present = findFirst(topics.records.after(0), matches2);
  if (present !== void 0) {
    return jsonResponse(200, present);
  }
  if (waiters.isFull()) {
    return problemResponse(429, "too many requests wait for a record");
  }
  const gone = new AbortController();
  const abort = () => gone.abort();
  socket.once("close", abort);
  if (socket.destroyed) {
    abort();
  }
  const { timeoutMs } = query;
  const record = await waiters.next({ matches: matches2, timeoutMs, signal: gone.signal });
  socket.off("close", abort);
  return record === void 0 ? problemResponse(408, `no record matched within ${timeoutMs} ms`) : jsonResponse(200, record);
}
function findFirst(items, matches2) {
  for (const item of items) {
    if (matches2(item)) {
      return item;
    }
  }
  return void 0;
}
function isMatch2(record, { topic, key, type, id }) {
  return record.topic === topic && (key === null || record.key === key) && (type === null && id === null || isEventOf(record.value, { type, id }));
}
function isEventOf(value, { type, id }) {
  if (![type, id].every((text2) => text2 === null || mayContain(value, text2))) {
    return false;
  }
  const event = parseEvent(value);
  return (type === null || event["type"] === type) && (id === null || event["id"] === id);
}
function mayContain(json2, text2) {
  return json2.includes(text2) || json2.includes("\\");
}
function parseEvent(json2) {
  try {
    const event = JSON.parse(json2);
    return isObject(event) ? event : {};
  } catch {
    return {};
  }
}

// local/data-stream/control/ndjson.ts
function ndjsonResponse({ records, next }) {
  const lines = records.map(
    ({ topic, key, value, partition }) => JSON.stringify({ topic, key, value, partition })
  );
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", "next-cursor": String(next) },
    body: lines.map((line) => `${line}
`).join("")
  };
}

// local/data-stream/control/one-record.ts
var oneRecordPath = /^\/_\/records\/([^/]*)(\/curl)?$/;
function getOneRecord({ path, host, emulator }) {
  const [, cursor = "", curl] = oneRecordPath.exec(path) ?? [];
  const record = /^\d{1,15}$/.test(cursor) ? emulator.topics.records.find(Number(cursor)) : void 0;
  if (record === void 0) {
    return problemResponse(404, "no record has this cursor, or it was dropped");
  }
  return curl === void 0 ? jsonResponse(200, record) : asCurl(record, host, emulator);
}
function asCurl(record, host, { accessKeys, now }) {
  const [pair] = accessKeys;
  if (pair === void 0) {
    return problemResponse(409, "the emulator was started without a key pair to sign with");
  }
  const [accessKey, secretKey] = pair;
  const signer = { origin: `http://${host}`, accessKey, secretKey, nowMs: now() };
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: curlCommand(record, signer)
  };
}

// local/data-stream/storage/record-log.ts
var sweepSlotsMin = 1024;
function createRecordLog(bounds, onDrop) {
  const state = { slots: [], head: 0, records: 0, bytes: 0, nextCursor: 1 };
  return {
    nextCursor: () => state.nextCursor,
    add(record) {
      const slot = { cursor: record.cursor, bytes: recordBytes(record), record };
      state.nextCursor = record.cursor + 1;
      state.slots.push(slot);
      state.records += 1;
      state.bytes += slot.bytes;
      return slot;
    },
    /** Drops the oldest records until the bounds hold. */
    trim() {
      while (state.records > bounds.recordsMax || state.bytes > bounds.recordBytesMax) {
        const oldest = state.slots[state.head];
        if (oldest === void 0) {
          return;
        }
        state.head += 1;
        drop(state, oldest, onDrop);
      }
      sweep(state);
    },
    drop: (slot) => drop(state, slot, onDrop),
    find: (cursor) => findRecord(state, cursor),
    after: (cursor) => recordsAfter(state, cursor),
    newestFirst: () => recordsNewestFirst(state),
    newestCursor: () => state.nextCursor - 1,
    /** Continues the cursors after a restart, even if no record is left. */
    goOnFrom(nextCursor) {
      state.nextCursor = Math.max(state.nextCursor, nextCursor);
    },
    /** Empties the log. Cursors go on, so that a reader that resumes never sees a cursor twice. */
    empty() {
      Object.assign(state, { slots: [], head: 0, records: 0, bytes: 0 });
    }
  };
}
function drop(state, slot, onDrop) {
  const { record, bytes } = slot;
  if (record !== void 0) {
    slot.record = void 0;
    state.records -= 1;
    state.bytes -= bytes;
    onDrop(record, bytes);
  }
}
function sweep(state) {
  const { slots, records } = state;
  if (slots.length - records >= sweepSlotsMin && records * 2 <= slots.length) {
    state.slots = slots.slice(state.head).filter(({ record }) => record !== void 0);
    state.head = 0;
  }
}
function indexOf({ slots, head }, cursor) {
  let low = head;
  let high = slots.length;
  while (low < high) {
    const middle = low + high >> 1;
    if ((slots[middle]?.cursor ?? 0) < cursor) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
function findRecord(state, cursor) {
  const slot = state.slots[indexOf(state, cursor)];
  return slot?.cursor === cursor ? slot.record : void 0;
}
function* recordsAfter(state, cursor) {
  const { slots } = state;
  for (let index = indexOf(state, cursor + 1); index < slots.length; index += 1) {
    const record = slots[index]?.record;
    if (record !== void 0) {
      yield record;
    }
  }
}
function* recordsNewestFirst({ slots, head }) {
  for (let index = slots.length - 1; index >= head; index -= 1) {
    const record = slots[index]?.record;
    if (record !== void 0) {
      yield record;
    }
  }
}
function recordBytes(record) {
  return Buffer.byteLength(record.key) + Buffer.byteLength(record.value);
}

// local/data-stream/control/read-records.ts
var parameters2 = ["partition", "key", "after", "limit", "format"];
var limitDefault2 = 100;
var limitMax2 = 1e3;
var exportLimitMax = 1e4;
var responseBytesMax = 16 * 1024 * 1024;
function parseRecordsQuery(search, topic) {
  checkParameters(search, parameters2);
  const format = wordParameter(search, "format", ["json", "ndjson"]) ?? "json";
  const max = format === "json" ? limitMax2 : exportLimitMax;
  const cursors = { min: 0, max: Number.MAX_SAFE_INTEGER };
  return {
    topic: topic.name,
    partition: integerParameter(search, "partition", { min: 0, max: topic.partitions - 1 }),
    key: search.get("key") ?? void 0,
    after: integerParameter(search, "after", cursors),
    limit: integerParameter(search, "limit", { min: 1, max }) ?? (format === "json" ? limitDefault2 : exportLimitMax),
    format
  };
}
function readRecords(log, query) {
  const records = query.after === void 0 ? take(log.newestFirst(), query).reverse() : take(log.after(query.after), query);
  return {
    records,
    next: records.at(-1)?.cursor ?? query.after ?? log.newestCursor()
  };
}
function take(source, query) {
  const taken = [];
  let bytes = 0;
  for (const record of source) {
    if (matches(record, query)) {
      bytes += recordBytes(record);
      if (bytes > responseBytesMax && taken.length > 0) {
        break;
      }
      taken.push(record);
    }
    if (taken.length === query.limit) {
      break;
    }
  }
  return taken;
}
function matches(record, query) {
  return record.topic === query.topic && (query.partition === void 0 || record.partition === query.partition) && (query.key === void 0 || record.key === query.key);
}

// local/data-stream/control/control.ts
var scriptBytesMax = 1024 * 1024;
var recordsPath = /^\/_\/topics\/([^/]{1,600})\/records$/;
var noContent = { status: 204, headers: {}, body: "" };
var resources = {
  "/_/topics": {
    GET: ({ emulator: { topics } }) => jsonResponse(200, { topics: topics.describe(), newest: topics.records.newestCursor() })
  },
  "/_/wait": {
    GET: ({ request, search, emulator: { topics, waiters } }) => waitForRecord(request, parseWait(search), { topics, waiters })
  },
  "/_/requests": {
    GET: ({ emulator: { requests, faults } }) => jsonResponse(200, { faultsOn: faults.isOn(), requests: requests.recentFirst() })
  },
  "/_/records": {
    DELETE({ emulator }) {
      const refused = emulator.emptyTopics();
      return refused === void 0 ? noContent : problemResponse(503, refused.reason);
    }
  },
  "/_/faults": {
    GET: ({ emulator }) => jsonResponse(200, emulator.faults.remaining()),
    POST: replaceFaults,
    DELETE({ emulator }) {
      emulator.faults.clear();
      return noContent;
    }
  }
};
var topicRecords = { GET: getRecords };
var oneRecord = {
  GET: ({ request, path, emulator }) => getOneRecord({ path, host: headerText(request.headers, "host"), emulator })
};
async function handleControl(request, emulator) {
  try {
    return await handleResource(request, emulator);
  } catch (error) {
    if (error instanceof InvalidInput) {
      return problemResponse(400, error.message);
    }
    throw error;
  }
}
async function handleResource(request, emulator) {
  const [path = "", ...query] = (request.url ?? "").split("?");
  const resource = findResource(path);
  if (resource === void 0) {
    return problemResponse(404, "no such resource in the control API");
  }
  const handler = resource[request.method === "HEAD" ? "GET" : request.method ?? ""];
  return handler === void 0 ? withHeaders(problemResponse(405, "method not allowed"), {
    allow: Object.keys(resource).join(", ")
  }) : await handler({ request, path, search: new URLSearchParams(query.join("?")), emulator });
}
function findResource(path) {
  if (recordsPath.test(path)) {
    return topicRecords;
  }
  return oneRecordPath.test(path) ? oneRecord : ownResource(path);
}
function ownResource(path) {
  return Object.hasOwn(resources, path) ? resources[path] : void 0;
}
function getRecords({ path, search, emulator: { topics } }) {
  const name = decodeName(recordsPath.exec(path)?.[1] ?? "");
  const partitions = topics.partitionCount(name);
  if (partitions === void 0) {
    return problemResponse(404, "the topic is unknown");
  }
  const query = parseRecordsQuery(search, { name, partitions });
  const read2 = readRecords(topics.records, query);
  return query.format === "json" ? jsonResponse(200, read2) : ndjsonResponse(read2);
}
function decodeName(text2) {
  try {
    return decodeURIComponent(text2);
  } catch {
    return "";
  }
}
async function replaceFaults({
  request,
  emulator: { faults }
}) {
  const body = await readBody(request, scriptBytesMax);
  if (body.kind !== "whole") {
    return problemResponse(413, `a fault script is at most ${scriptBytesMax} bytes`);
  }
  faults.replace(parseFaultScript(parseJson(body.bytes)));
  return jsonResponse(200, faults.remaining());
}

// local/data-stream/control/refusal-line.ts
var shownCharactersMax = 400;
function refusalLine({ method, path, status, ...said }) {
  const { reason, fix, diagnosis } = said;
  const parts = [
    `refused ${method} ${printableJson(path)} with ${status}: ${reason}`,
    ["likely mistake", diagnosis?.likelyMistake],
    ["fix", fix],
    ["expected string to sign", diagnosis && shown(diagnosis.expectedStringToSign)]
  ];
  return parts.map((part) => typeof part === "string" ? part : named(part)).filter((part) => part !== "").join(" | ");
}
function named([name, text2]) {
  return text2 === void 0 ? "" : `${name}: ${text2}`;
}
function shown(text2) {
  return printableJson(text2.slice(0, shownCharactersMax));
}

// local/data-stream/diagnosis/hide-secrets.ts
var hidden3 = "{secret key}";
function hideSecrets(text2, accessKeys) {
  return secretsIn(accessKeys).reduce(
    (shown2, secret) => shown2.includes(secret) ? shown2.replaceAll(secret, hidden3) : shown2,
    text2
  );
}
var known = /* @__PURE__ */ new WeakMap();
function secretsIn(accessKeys) {
  const secrets = known.get(accessKeys) ?? [...accessKeys.values()].filter((secretKey) => secretKey !== "").flatMap((secretKey) => [secretKey, encodeURIComponent(secretKey)]);
  known.set(accessKeys, secrets);
  return secrets;
}

// local/data-stream/produce/message-size.ts
var itemBytesMax = 1024 * 1024;
var escapedBytesMax = 6;
var frameBytesMax = 64 * 1024;
function bodyBytesMax(counted) {
  return counted === "body" ? itemBytesMax : itemBytesMax * escapedBytesMax + frameBytesMax;
}

// local/data-stream/produce/check-message.ts
import { isUtf8 as isUtf82 } from "node:buffer";

// local/data-stream/produce/produce-responses.ts
var gatewayErrors = /* @__PURE__ */ new Map([
  [400, ["100", "Bad Request Exception"]],
  [401, ["200", "Authentication Failed"]],
  [403, ["230", "Forbidden"]],
  [404, ["300", "Not Found Exception"]],
  [413, ["430", "Request Entity Too Large"]],
  [429, ["400", "Quota Exceeded"]],
  [500, ["900", "Unexpected Error"]],
  [503, ["500", "Endpoint Error"]],
  [504, ["510", "Endpoint Timeout"]]
]);
var acknowledgedResponse = documentedResponse(200, "OK");
var throttledResponse = jsonResponse(429, {
  error: {
    errorCode: "410",
    message: "Throttle Limited",
    details: "The partition takes no more bytes now."
  }
});
function documentedResponse(status, detail) {
  return jsonResponse(status, { status: String(status), detail });
}
function gatewayError(status, details) {
  const [errorCode, message] = gatewayErrors.get(status) ?? ["900", "Unexpected Error"];
  return jsonResponse(status, { error: { errorCode, message, details } });
}
function defaultFaultResponse(status) {
  if (status === 200) {
    return acknowledgedResponse;
  }
  return gatewayErrors.has(status) ? gatewayError(status, "A fault of the emulator's script.") : documentedResponse(status, "A fault of the emulator's script.");
}

// local/data-stream/produce/check-message.ts
function readMessageBody(body) {
  switch (body.kind) {
    case "whole":
      return parseObject2(body.bytes);
    case "tooLarge":
      return { kind: "tooLarge" };
    case "aborted":
      return { kind: "unreadable", problem: "the body ended early" };
  }
}
function parseObject2(bytes) {
  if (!isUtf82(bytes)) {
    return { kind: "unreadable", problem: "the body is not UTF-8" };
  }
  try {
    const parsed = JSON.parse(bytes.toString());
    return isObject(parsed) ? { kind: "object", fields: parsed } : { kind: "unreadable", problem: "the body is not a JSON object" };
  } catch {
    return { kind: "unreadable", problem: "the body is not JSON" };
  }
}
function checkMessage(content, limits) {
  switch (content.kind) {
    case "object":
      return checkFields(content.fields, limits);
    case "tooLarge":
      return tooLarge("body is", bodyBytesMax(limits.countedSize));
    case "unreadable":
      return badRequest(
        content.problem,
        'Send a JSON object in UTF-8, such as {"topic":"\u2026","key":"\u2026","value":"\u2026"}.'
      );
  }
}
function tooLarge(what, bytesMax) {
  return apiRefusal(
    gatewayError(413, `The ${what} larger than ${bytesMax} bytes.`),
    `the ${what} larger than ${bytesMax} bytes`,
    "Send less in one message: put a large value elsewhere and its address onto the topic."
  );
}
function checkFields(fields, { topics, countedSize }) {
  const topic = ownField(fields, "topic");
  const key = ownField(fields, "key");
  const value = ownField(fields, "value");
  if (typeof topic !== "string") {
    return badRequest("topic must be a string", "Name the topic in the field topic, as text.");
  }
  const partitionCount = topics.partitionCount(topic);
  if (partitionCount === void 0) {
    return apiRefusal(
      gatewayError(404, "The topic is unknown."),
      "the topic is unknown",
      "Use a topic that the emulator was started with, its prefix included: GET /_/topics lists them."
    );
  }
  if (typeof key !== "string") {
    return badRequest("key must be a string", "Send key as text; the API requires it.");
  }
  if (typeof value !== "string") {
    return badRequest(
      "value must be a string",
      "Send value as text: an object has to be written as JSON text first."
    );
  }
  if (countedSize === "message" && recordBytes({ key, value }) > itemBytesMax) {
    return tooLarge("key and value are", itemBytesMax);
  }
  const partition = ownField(fields, "partition");
  return isPartition(partition, partitionCount) ? { kind: "message", topic, key, value, partition } : apiRefusal(
    documentedResponse(400, "Bad Request, Invalid topic partition"),
    `partition must be an integer from 0 to ${partitionCount - 1}, or absent`,
    `Send a number from 0 to ${partitionCount - 1} as partition, or leave it out.`
  );
}
function isPartition(partition, partitionCount) {
  if (partition === void 0) {
    return true;
  }
  return typeof partition === "number" && Number.isInteger(partition) && partition >= 0 && partition < partitionCount;
}
function badRequest(problem2, fix) {
  return apiRefusal(documentedResponse(400, `Bad Request, ${problem2}`), problem2, fix);
}
function ownField(fields, name) {
  return Object.hasOwn(fields, name) ? fields[name] : void 0;
}

// local/data-stream/produce/request-outcome.ts
function refusedOutcome({ response, reason, fix, diagnosis }) {
  return {
    response,
    entry: { verdict: "refused", reason, fix, ...diagnosis && { diagnosis } }
  };
}

// local/data-stream/diagnosis/diagnose-headers.ts
var timestampFix = "Send and sign milliseconds since 1970: 13 digits, as Date.now() gives them, the same text in both places.";
var unitsByDigits = /* @__PURE__ */ new Map([
  [10, "seconds"],
  [16, "microseconds"],
  [19, "nanoseconds"]
]);
function diagnoseTimestamp(request, timestamp) {
  return {
    expectedStringToSign: `${request.method} ${request.target}
{epoch milliseconds}
{access key}`,
    likelyMistake: timestampMistake(timestamp),
    fix: timestampFix
  };
}
function timestampMistake(timestamp) {
  const unit = /^\d+$/.test(timestamp) ? unitsByDigits.get(timestamp.length) : void 0;
  if (unit !== void 0) {
    return `The timestamp is in ${unit} instead of milliseconds.`;
  }
  if (/^\d{10}\.\d+$/.test(timestamp)) {
    return "The timestamp is in seconds with a fraction instead of milliseconds.";
  }
  return /^\d{4}-\d{2}-\d{2}/.test(timestamp) ? "The timestamp is a date in words instead of epoch milliseconds." : "The timestamp is not in epoch milliseconds.";
}
function diagnoseAccessKey(request, isSecret) {
  const expectedStringToSign = `${request.method} ${request.target}
{timestamp}
{access key}`;
  return isSecret ? {
    expectedStringToSign,
    likelyMistake: "The secret key and the access key are swapped.",
    fix: "Put the access key into x-ncp-iam-access-key and key the HMAC with the secret key."
  } : {
    expectedStringToSign,
    likelyMistake: "The access key is not one that the emulator knows.",
    fix: "Use an access key that the emulator was started with (local/settings.env)."
  };
}
function diagnoseClock(expectedStringToSign, aheadMs) {
  const distance = inWords2(Math.abs(aheadMs));
  return {
    expectedStringToSign,
    likelyMistake: aheadMs > 0 ? `The caller's clock is ${distance} ahead of the emulator's.` : `The caller's clock is ${distance} behind the emulator's, or the request was signed that long ago.`,
    fix: "Set the clock, or correct it by the Date header of this response, and sign anew for every attempt."
  };
}
function inWords2(ms) {
  const seconds = Math.floor(ms / 1e3);
  const parts = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"]
  ];
  const used = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return used.join(" ");
}

// local/data-stream/diagnosis/signing-mistakes.ts
import { createHash as createHash6 } from "node:crypto";
var nearbyMs = 250;
var realHosts = ["api.datastream.naverncp.com", "datastream.apigw.ntruss.com"];
var methods = ["GET", "POST", "PUT", "DELETE"];
var otherSecretKeysMax = 100;
function signingMistakes(evidence) {
  return [
    ...targetMistakes(evidence),
    ...methodMistakes(evidence),
    ...timestampMistakes(evidence),
    ...keyMistakes(evidence),
    ...bodyMistakes(evidence),
    ...layoutMistakes(evidence)
  ];
}
function targetMistakes({ signed: signed2, host }) {
  const { target: target2 } = signed2;
  const path = target2.split("?")[0] ?? target2;
  const origins = [host, ...realHosts].flatMap((name) => [
    `http://${name}`,
    `https://${name}`,
    name
  ]);
  const fullUrls = origins.flatMap((origin) => [`${origin}${target2}`, `${origin}${path}`]);
  const signing = (other) => stringToSignV2({ ...signed2, target: other });
  return [
    ...fullUrls.map((url) => ({
      text: signing(url),
      mistake: "The full URL was signed.",
      fix: "Sign only the path and the query, beginning with a slash."
    })),
    {
      text: signing(path),
      mistake: "The query was left out.",
      fix: "Sign the path with ? and the query exactly as they are sent."
    },
    {
      text: signing(target2.slice(1)),
      mistake: "The path was signed without its first slash.",
      fix: "Sign the path beginning with a slash."
    }
  ];
}
function methodMistakes({ signed: signed2 }) {
  const { method: sent } = signed2;
  const lower = sent.toLowerCase();
  const written = [lower, `${sent.slice(0, 1)}${lower.slice(1)}`];
  const others = [...methods, ...methods.map((method) => method.toLowerCase()), ...written];
  return others.filter((method) => method !== sent).map((method) => ({
    text: stringToSignV2({ ...signed2, method }),
    mistake: `Another method was signed: ${method}.`,
    fix: `Sign the method that is sent, in upper case: ${sent}.`
  }));
}
function timestampMistakes({ signed: signed2 }) {
  const ms = Number(signed2.timestamp);
  const signing = (timestamp) => stringToSignV2({ ...signed2, timestamp });
  const texts = [ms / 1e3, Math.floor(ms / 1e3), Math.round(ms / 1e3)].map(String);
  const isoText = new Date(ms).toISOString();
  const fix = "Take the time once, in epoch milliseconds, and use the same text in both places.";
  return [
    ...texts.map((text2) => ({
      text: signing(text2),
      mistake: "Another timestamp than the header's was signed: it is in seconds.",
      fix
    })),
    ...[isoText, isoText.replace(/\.\d+Z$/, "Z"), `${ms}.0`, `"${ms}"`].map((text2) => ({
      text: signing(text2),
      mistake: "Another timestamp than the header's was signed: it is written in another way.",
      fix
    })),
    ...Array.from({ length: 2 * nearbyMs + 1 }, (_, index) => index - nearbyMs).map((offMs) => ({
      text: signing(String(ms + offMs)),
      mistake: `Another timestamp than the header's was signed: it is off by ${Math.abs(offMs)} ms.`,
      fix
    }))
  ];
}
function keyMistakes(evidence) {
  const { signed: signed2, secretKey, otherSecretKeys } = evidence;
  const swapped = {
    secretKey: signed2.accessKey,
    mistake: "The secret key and the access key are swapped.",
    fix: "Key the HMAC with the secret key and write the access key into the text."
  };
  const padded = {
    mistake: "The secret key has white space around it.",
    fix: "Trim the secret key: a file or a copy often adds a line end."
  };
  const text2 = stringToSignV2(signed2);
  return [
    { ...swapped, text: stringToSignV2({ ...signed2, accessKey: secretKey }) },
    { ...swapped, text: text2 },
    {
      text: stringToSignV2({ ...signed2, accessKey: secretKey }),
      mistake: "The secret key was signed in the access key's place.",
      fix: "The third line of the text is the access key."
    },
    ...["\n", "\r\n", " "].map((end) => ({ ...padded, text: text2, secretKey: `${secretKey}${end}` })),
    ...otherSecretKeys.slice(0, otherSecretKeysMax).map((other) => ({
      text: text2,
      secretKey: other,
      mistake: "The secret key belongs to another access key.",
      fix: "Use the secret key that was issued together with the access key that is sent."
    }))
  ];
}
function bodyMistakes({ signed: signed2, body }) {
  const text2 = stringToSignV2(signed2);
  const hash = createHash6("sha256").update(body, "latin1").digest();
  const parts = [body, hash.toString("hex"), hash.toString("base64")];
  return parts.filter((part) => part !== "").flatMap((part) => [`${text2}
${part}`, `${text2}${part}`]).map((signedText) => ({
    text: signedText,
    mistake: "The body was signed too.",
    fix: "Leave the body out: the text ends with the access key."
  }));
}
function layoutMistakes({ signed: signed2 }) {
  const text2 = stringToSignV2(signed2);
  const lines = text2.split("\n");
  const separators = ["\\n", "\r\n", " ", ""];
  return [
    ...["\n", "\r\n", "\\n"].map((end) => ({
      text: `${text2}${end}`,
      mistake: "The signed text ends with a line end.",
      fix: "The text ends with the access key, without a line end."
    })),
    ...separators.map((separator) => ({
      text: lines.join(separator),
      mistake: "The lines of the signed text are not separated by a line feed.",
      fix: "Separate the three lines by one line feed character (0x0A)."
    })),
    {
      text: lines.slice(0, -1).join("\n"),
      mistake: "The access key was left out of the signed text.",
      fix: "The third line of the text is the access key."
    }
  ];
}

// local/data-stream/diagnosis/diagnose-signature.ts
var otherBase64 = "another Base64 (URL alphabet or no padding)";
var encodingFix = "Encode the digest as Base64, standard alphabet, with padding.";
function diagnoseSignature(evidence) {
  const expectedStringToSign = stringToSignV2(evidence.signed);
  const found = findMistake2(evidence, expectedStringToSign);
  const fix = found?.fix ?? "Compare the text you sign with the expected one, byte by byte. If they are equal, the secret key is a different one.";
  return { expectedStringToSign, ...found, fix };
}
function findMistake2(evidence, expected) {
  const readings = toReadings(evidence.signature);
  if (readings.length === 0) {
    return {
      likelyMistake: "The signature is not the Base64 of a SHA-256 digest.",
      fix: "Send the Base64 of the 32 digest bytes: 44 characters that end with =."
    };
  }
  const encodingOf2 = (text2, secretKey) => {
    const made = hmacSha256(text2, secretKey);
    return readings.find((reading) => reading.bytes.equals(made))?.encoding;
  };
  const encoding = encodingOf2(expected, evidence.secretKey);
  if (encoding !== void 0) {
    return {
      likelyMistake: `The signature is ${encoding} instead of Base64.`,
      fix: encodingFix
    };
  }
  for (const mistake of signingMistakes(evidence)) {
    const found = encodingOf2(mistake.text, mistake.secretKey ?? evidence.secretKey);
    if (found === otherBase64) {
      return { likelyMistake: mistake.mistake, fix: mistake.fix };
    }
    if (found !== void 0) {
      return {
        likelyMistake: `${mistake.mistake} And the signature is ${found} instead of Base64.`,
        fix: `${mistake.fix} ${encodingFix}`
      };
    }
  }
  return void 0;
}
function toReadings(signature) {
  const base64 = /^[\w+/-]{43}=?$/.test(signature);
  const hex = /^[0-9a-f]{64}$/i.test(signature);
  const hexInBase64 = /^[A-Za-z0-9+/]{86}==$/.test(signature);
  return [
    ...base64 ? [{ encoding: otherBase64, bytes: from(signature) }] : [],
    ...hex ? [{ encoding: "a hex digest", bytes: Buffer.from(signature, "hex") }] : [],
    ...hexInBase64 ? [
      {
        encoding: "the Base64 of a hex digest",
        bytes: Buffer.from(from(signature).toString("latin1"), "hex")
      }
    ] : []
  ];
}
function from(base64) {
  return Buffer.from(base64, "base64");
}

// local/data-stream/produce/verify-signature.ts
var clockDifferenceMsMax = 5 * 60 * 1e3;
var epochMilliseconds = /^[1-9]\d{0,14}$/;
function verifySignatureV2(call2, gate) {
  const refused = findRefusal(call2, gate);
  if (refused?.diagnosis === void 0) {
    return refused;
  }
  const { expectedStringToSign } = refused.diagnosis;
  const shown2 = hideSecrets(expectedStringToSign, gate.accessKeys);
  return { ...refused, diagnosis: { ...refused.diagnosis, expectedStringToSign: shown2 } };
}
function findRefusal(call2, gate) {
  const claim = {
    method: call2.method,
    target: call2.target,
    timestamp: headerText(call2.headers, "x-ncp-apigw-timestamp"),
    accessKey: headerText(call2.headers, "x-ncp-iam-access-key"),
    signature: headerText(call2.headers, "x-ncp-apigw-signature-v2")
  };
  return checkPresence(claim) ?? checkTimestampText(claim) ?? checkAccessKey(claim, gate) ?? checkClock(claim, gate) ?? checkSignature(call2, claim, gate);
}
function checkPresence({
  timestamp,
  accessKey,
  signature
}) {
  if (timestamp !== "" && accessKey !== "" && signature !== "") {
    return void 0;
  }
  const missing = [
    timestamp === "" ? "x-ncp-apigw-timestamp" : "",
    accessKey === "" ? "x-ncp-iam-access-key" : "",
    signature === "" ? "x-ncp-apigw-signature-v2" : ""
  ].filter((name) => name !== "");
  return apiRefusal(
    documentedResponse(400, "Bad Request, Invalid headers"),
    `missing headers: ${missing.join(", ")}`,
    `Send ${missing.join(" and ")}: every request needs all three x-ncp headers.`
  );
}
function checkTimestampText(claim) {
  if (epochMilliseconds.test(claim.timestamp)) {
    return void 0;
  }
  return unauthenticated(
    "The timestamp is not epoch milliseconds.",
    "x-ncp-apigw-timestamp is not epoch milliseconds",
    diagnoseTimestamp(claim, claim.timestamp)
  );
}
function checkAccessKey(claim, gate) {
  if (gate.accessKeys.has(claim.accessKey)) {
    return void 0;
  }
  const isSecret = [...gate.accessKeys.values()].includes(claim.accessKey);
  return unauthenticated(
    "The access key is unknown.",
    "x-ncp-iam-access-key is not a known key",
    diagnoseAccessKey(claim, isSecret)
  );
}
function checkClock(claim, gate) {
  const aheadMs = Number(claim.timestamp) - gate.nowMs;
  if (Math.abs(aheadMs) < clockDifferenceMsMax) {
    return void 0;
  }
  const direction = aheadMs > 0 ? "ahead of" : "behind";
  const isSeconds = Math.abs(Number(claim.timestamp) * 1e3 - gate.nowMs) < clockDifferenceMsMax;
  return unauthenticated(
    "The timestamp differs from the server's clock by 5 minutes or more.",
    `the timestamp is ${Math.abs(aheadMs)} ms ${direction} the emulator's clock`,
    isSeconds ? diagnoseTimestamp(claim, claim.timestamp) : diagnoseClock(stringToSignV2(claim), aheadMs)
  );
}
function checkSignature(call2, claim, { accessKeys }) {
  const { signature, ...signed2 } = claim;
  const secretKey = accessKeys.get(signed2.accessKey) ?? "";
  if (isValidSignature(signature, stringToSignV2(signed2), secretKey)) {
    return void 0;
  }
  const evidence = {
    signed: signed2,
    secretKey,
    otherSecretKeys: [...accessKeys.values()].filter((other) => other !== secretKey),
    signature,
    host: headerText(call2.headers, "host"),
    body: call2.body.kind === "whole" ? call2.body.bytes.toString("latin1") : ""
  };
  return unauthenticated(
    "The signature does not match.",
    "x-ncp-apigw-signature-v2 is not the signature of this request",
    diagnoseSignature(evidence)
  );
}
function unauthenticated(details, reason, diagnosis) {
  return { ...apiRefusal(gatewayError(401, details), reason, diagnosis.fix), diagnosis };
}

// local/data-stream/produce/produce.ts
async function handleProduce(call2, emulator) {
  const content = readMessageBody(call2.body);
  const fault = emulator.faults.take(toFaultSubject(content));
  if (fault?.delayMs !== void 0) {
    await emulator.wait(fault.delayMs);
  }
  const nowMs = emulator.now() + (fault?.skewMs ?? 0);
  const ending = (fault && scriptedOutcome(fault)) ?? cutAfterStoring(fault, await accept(judge({ call: call2, content, nowMs }, emulator), emulator));
  const { response } = ending;
  return {
    ...withFault(ending, fault),
    response: response === "cut" ? response : withDate(response, nowMs)
  };
}
function toFaultSubject(content) {
  const fields = content.kind === "object" ? content.fields : {};
  return { topic: fields["topic"], key: fields["key"] };
}
function scriptedOutcome(fault) {
  const { status, headers, body, cut } = fault;
  if (cut === "before") {
    return {
      response: "cut",
      entry: { verdict: "faulted", reason: "cut before the message was stored" }
    };
  }
  if (status === void 0) {
    return void 0;
  }
  const usual3 = defaultFaultResponse(status);
  return {
    response: withHeaders(body === void 0 ? usual3 : { ...usual3, body }, headers ?? {}),
    entry: { verdict: "faulted", reason: `status ${status} from the fault script` }
  };
}
function judge({ call: call2, content, nowMs }, emulator) {
  const { accessKeys } = emulator;
  return verifySignatureV2(call2, { accessKeys, nowMs }) ?? checkMessage(content, emulator);
}
async function accept(verdict, emulator) {
  if (verdict.kind === "refused") {
    return refusedOutcome(verdict);
  }
  const { topic, key, value } = verdict;
  const partition = verdict.partition ?? randomPartition(topic, emulator);
  const timestamp = emulator.now();
  const bytes = recordBytes({ key, value });
  const throttle = emulator.faults.throttle();
  if (throttle?.admits({ topic, partition, bytes, nowMs: timestamp }) === false) {
    const reason = `throttled: ${bytes} bytes are more than the bucket of partition ${partition} holds now`;
    return { response: throttledResponse, entry: { verdict: "faulted", reason } };
  }
  const record = await emulator.writeRecord({ topic, partition, timestamp, key, value });
  if ("kind" in record) {
    return refusedOutcome(record);
  }
  const { offset } = record;
  return {
    response: acknowledgedResponse,
    entry: { verdict: "accepted", topic, partition, offset },
    record
  };
}
function randomPartition(topic, { topics, random }) {
  const count = topics.partitionCount(topic) ?? 1;
  return Math.min(count - 1, Math.floor(random() * count));
}
function cutAfterStoring(fault, ending) {
  if (fault?.cut !== "after") {
    return ending;
  }
  const reason = ending.record === void 0 ? `cut in place of a refusal: ${ending.entry.reason}` : "cut after the message was stored";
  return { ...ending, response: "cut", entry: { ...ending.entry, verdict: "faulted", reason } };
}
function withFault(ending, fault) {
  const { firstByteMs, skewMs = 0 } = fault ?? {};
  const { entry } = ending;
  const reason = `${entry.reason} (the fault script moves the clock by ${skewMs} ms)`;
  return {
    ...ending,
    ...firstByteMs !== void 0 && { firstByteMs },
    ...skewMs !== 0 && entry.verdict === "refused" && { entry: { ...entry, reason } }
  };
}

// local/data-stream/topics/management.ts
import { createHash as createHash7 } from "node:crypto";

// local/data-stream/topics/topic-list.ts
function listTopics(topics, search, form) {
  const order = form === "list" ? toOrder(search) : toNewerOrder(search);
  if (typeof order === "string") {
    return apiRefusal(gatewayError(400, order), order, `Correct the query: ${order}.`);
  }
  const searchText = search.get("searchText") ?? "";
  const found = topics.filter(
    ({ topicName: topicName2, description }) => [topicName2, description].some((text2) => text2.includes(searchText))
  );
  const ascending = order.isByName ? found.toSorted(byName) : found;
  const items = order.isDescending ? ascending.toReversed() : ascending;
  return jsonResponse(
    200,
    form === "list" ? { list: items.map(toListed2) } : { topics: items.map(toNewer) }
  );
}
function toOrder(search) {
  const sortBy = search.get("sortBy") ?? "createdDate";
  const descending = search.get("descending") ?? "true";
  if (sortBy !== "createdDate" && sortBy !== "topicName") {
    return "sortBy must be createdDate or topicName";
  }
  return descending === "true" || descending === "false" ? { isByName: sortBy === "topicName", isDescending: descending === "true" } : "descending must be true or false";
}
function toNewerOrder(search) {
  const sort = search.get("sort") ?? "createdDateTime,desc";
  const [, field, direction] = /^(createdDateTime|topicName),(asc|desc)$/.exec(sort) ?? [];
  return field === void 0 ? "sort must be createdDateTime or topicName, a comma, and asc or desc" : { isByName: field === "topicName", isDescending: direction === "desc" };
}
function byName(left, right) {
  return left.topicName < right.topicName ? -1 : 1;
}
function toListed2({ updatedDate: _, ...topic }) {
  return { ...topic, pinned: false };
}
function toNewer({ topicId, topicName: topicName2, partitions, retentionMs, status }) {
  return {
    ...{ topicId, topicName: topicName2, description: null, partitions },
    ...{ retentionMilliseconds: retentionMs, pinned: false, status }
  };
}

// local/data-stream/topics/management.ts
var prefixPath = "/api/v1/topic-prefix";
var topicsPath = "/api/v1/topics";
var topicPath = /^\/api\/v1\/topics\/([^/]{1,200})$/;
function isManagementPath(path) {
  return path === prefixPath || path === topicsPath || topicPath.test(path);
}
function handleManagement(call2, emulator) {
  const nowMs = emulator.now();
  const verdict = refuseMethod(call2) ?? refuseCaller(call2, { accessKeys: emulator.accessKeys, nowMs }) ?? read(call2, emulator);
  const ending = "kind" in verdict ? refusedOutcome(verdict) : { response: verdict, entry: { verdict: "accepted" } };
  return ending.response === "cut" ? ending : { ...ending, response: withDate(ending.response, nowMs) };
}
function refuseMethod({ method }) {
  if (method === "GET") {
    return void 0;
  }
  return apiRefusal(
    withHeaders(gatewayError(405, "The emulator's management API is read-only."), { allow: "GET" }),
    "the emulator's management API is read-only",
    "Send GET; topics are set where the emulator is started (STANDIN_TOPICS in local/settings.env)."
  );
}
function refuseCaller(call2, gate) {
  const refused = verifySignatureV2(call2, gate);
  return refused?.response.status === 400 ? { ...refused, response: gatewayError(401, "A signature header is missing.") } : refused;
}
function read({ target: target2 }, emulator) {
  const [path = "", ...query] = target2.split("?");
  const topics = emulator.topics.describe().map((topic) => toTopic(topic, emulator));
  if (path === prefixPath) {
    return jsonResponse(200, { prefix: sharedPrefix(topics) });
  }
  if (path === topicsPath) {
    return listTopics(topics, new URLSearchParams(query.join("?")), emulator.topicList);
  }
  const topicId = topicPath.exec(path)?.[1];
  const found = topics.find((topic) => topic.topicId === topicId);
  return found === void 0 ? apiRefusal(
    gatewayError(404, "The topic is unknown."),
    "no topic has this topicId",
    `Take a topicId from GET ${topicsPath}: it is not the topic's name.`
  ) : jsonResponse(200, emulator.topicList === "list" ? found : toNewer(found));
}
function toTopic(described, { topics, startedAtMs }) {
  const date = new Date(startedAtMs).toISOString().replace(/\.\d{3}Z$/, "Z");
  return {
    topicId: topicIdOf(described.name),
    topicName: described.name,
    description: "",
    partitions: described.partitions.length,
    retentionMs: topics.retentionMs(described.name) ?? 0,
    status: "CREATED",
    tcpEndpoint: "cluster-1.datastream.invalid:30010",
    createdDate: date,
    updatedDate: date
  };
}
function topicIdOf(name) {
  const text2 = createHash7("sha256").update(name).digest("base64url");
  return text2.replaceAll(/[-_]/g, "").slice(0, 10);
}
function sharedPrefix(topics) {
  const prefix = /^[a-z0-9]{5}-/.exec(topics[0]?.topicName ?? "")?.[0] ?? "";
  return topics.every(({ topicName: topicName2 }) => topicName2.startsWith(prefix)) ? prefix : "";
}

// local/data-stream/dispatch.ts
var producePath = "/api/produce";
var loggedPathCharactersMax = 200;
async function dispatchDataStream(exchange, emulator) {
  const { request, response, page } = exchange;
  const path = pathOf(request);
  const { localPort = 0 } = request.socket;
  const refused = guard(request.headers, localPort, addressOf(request.socket));
  if (refused !== void 0) {
    sendToBrowser(exchange, refused);
  } else if (path === "/_/events") {
    joinEvents(exchange, emulator);
  } else if (isUnder(functionsPath, path)) {
    sendToBrowser(exchange, await emulator.functionsConsole(request));
  } else if (isUnder(deliveriesPath, path)) {
    sendToBrowser(exchange, await emulator.deliveriesApi(request));
  } else if (path.startsWith("/_/")) {
    sendToBrowser(exchange, await handleControl(request, emulator));
  } else {
    const file = page(request.method ?? "", path);
    if (file === void 0) {
      await respondToApi(exchange, emulator);
    } else {
      sendResponse(request, response, await file);
    }
  }
}
async function dispatchApi(exchange, emulator) {
  const { request, response } = exchange;
  const refused = guard(request.headers, request.socket.localPort ?? 0);
  if (refused !== void 0) {
    sendResponse(request, response, refused);
  } else {
    await respondToApi(exchange, emulator);
  }
}
function sendToBrowser({ request, response }, outgoing) {
  sendResponse(request, response, withHeaders(outgoing, browserHeaders));
}
function joinEvents(exchange, { events }) {
  const { request, response } = exchange;
  if (request.method !== "GET") {
    sendToBrowser(
      exchange,
      withHeaders(problemResponse(405, "method not allowed"), { allow: "GET" })
    );
  } else if (events.isFull()) {
    sendToBrowser(exchange, problemResponse(429, "too many clients listen to the events"));
  } else {
    response.writeHead(200, { ...browserHeaders, "content-type": "text/event-stream" });
    events.join(response, request.headers);
  }
}
async function respondToApi(exchange, emulator) {
  const { request, response, onRequest } = exchange;
  const body = await readBody(request, bodyBytesMax(emulator.countedSize));
  if (body.kind === "aborted") {
    return;
  }
  const { method = "", url: target2 = "", headers } = request;
  const ending = await handleApiRequest({ method, target: target2, headers, body }, emulator);
  const entry = logRequest(request, ending, emulator);
  onRequest?.(entry);
  if (ending.firstByteMs !== void 0) {
    await emulator.wait(ending.firstByteMs);
  }
  if (ending.response === "cut") {
    request.socket.destroy();
  } else {
    sendResponse(request, response, ending.response);
  }
}
async function handleApiRequest(call2, emulator) {
  const path = call2.target.split("?")[0] ?? "";
  if (isManagementPath(path)) {
    return handleManagement(call2, emulator);
  }
  if (path !== producePath) {
    return refuse(
      gatewayError(404, "No such path."),
      "the emulator has no such path",
      `Produce with POST ${producePath}, without a slash at the end; topics are at /api/v1/topics.`
    );
  }
  if (call2.method !== "POST") {
    const outgoing = withHeaders(documentedResponse(405, "Method Not Allowed"), { allow: "POST" });
    return refuse(outgoing, "the method must be POST", "Send POST, and sign POST.");
  }
  return handleProduce(call2, emulator);
}
function refuse(outgoing, reason, fix) {
  return refusedOutcome(apiRefusal(outgoing, reason, fix));
}
function logRequest(request, ending, emulator) {
  const entry = emulator.requests.add({
    at: emulator.now(),
    method: request.method ?? "",
    path: hideSecrets(request.url ?? "", emulator.accessKeys).slice(0, loggedPathCharactersMax),
    status: ending.response === "cut" ? 0 : ending.response.status,
    ...ending.entry
  });
  emulator.events.request(entry);
  if (entry.verdict === "refused") {
    emulator.log(refusalLine(entry));
  }
  return entry;
}
function isUnder(resource, path) {
  return path === resource || path.startsWith(`${resource}/`);
}
function pathOf(request) {
  return (request.url ?? "").split("?")[0] ?? "";
}

// local/data-stream/faults/fault-line.ts
function faultLine({ on, steps, rate, bucket }) {
  if (!on) {
    return "faults are off";
  }
  const parts = [
    steps.length > 0 ? `${steps.length} ${steps.length === 1 ? "step" : "steps"}` : "",
    rate === void 0 ? "" : `a rate of ${rate.probability}`,
    bucket === void 0 ? "" : `a bucket of ${bucket.bytesPerSecond} bytes/s per partition`
  ];
  return `faults are ON: ${parts.filter((part) => part !== "").join(", ")} (GET /_/faults shows them, DELETE ends them)`;
}

// local/data-stream/faults/throttle.ts
function createThrottle({ bytesPerSecond }) {
  const levels = /* @__PURE__ */ new Map();
  return {
    admits({ topic, partition, bytes, nowMs }) {
      const name = `${topic}/${partition}`;
      const level = refilled(levels.get(name), bytesPerSecond, nowMs);
      const isAdmitted = level.bytes >= Math.min(bytes, bytesPerSecond);
      levels.set(name, isAdmitted ? { ...level, bytes: level.bytes - bytes } : level);
      return isAdmitted;
    }
  };
}
function refilled(level, bytesPerSecond, nowMs) {
  if (level === void 0) {
    return { bytes: bytesPerSecond, atMs: nowMs };
  }
  const elapsedMs = Math.max(0, nowMs - level.atMs);
  const bytes = Math.min(bytesPerSecond, level.bytes + elapsedMs * bytesPerSecond / 1e3);
  return { bytes, atMs: nowMs };
}

// local/data-stream/faults/faults.ts
var off = {
  steps: [],
  rate: void 0,
  bucket: void 0,
  throttle: void 0,
  draw: () => 1
};
function createFaults(onSwitch) {
  const state = { ...off };
  const isOn = () => state.steps.length > 0 || state.rate !== void 0 || state.bucket !== void 0;
  const remaining = () => ({
    on: isOn(),
    steps: state.steps,
    ...state.rate && { rate: state.rate },
    ...state.bucket && { bucket: state.bucket }
  });
  const replace = (script) => {
    const wasOn = isOn();
    const { steps, rate, bucket } = script;
    const throttle = bucket && createThrottle(bucket);
    Object.assign(state, { steps, rate, bucket, throttle, draw: createDraw(rate?.seed ?? 0) });
    if (wasOn || isOn()) {
      onSwitch(remaining());
    }
  };
  return {
    /** Returns the fault for this request, if any. A counted step is used up by it. */
    take(request) {
      const wasOn = isOn();
      const byRate = takeByRate(state, request);
      const fault = takeStep(state, request) ?? byRate();
      if (wasOn && !isOn()) {
        onSwitch(remaining());
      }
      return fault;
    },
    /** Returns the throttle of the script, if it has one. */
    throttle: () => state.throttle,
    replace,
    remaining,
    isOn,
    clear: () => replace({ steps: [] })
  };
}
function takeStep(state, request) {
  const taken = state.steps.findIndex((step2) => isDue(step2, request));
  const step = state.steps[taken];
  state.steps = state.steps.flatMap(
    (other, index) => index === taken ? usedOnce(other) : [countedDown(other, request)]
  );
  return step;
}
function usedOnce(step) {
  return step.times > 1 ? [{ ...step, times: step.times - 1 }] : [];
}
function takeByRate(state, request) {
  const { rate } = state;
  if (rate === void 0 || !isAbout(rate.step, request)) {
    return () => void 0;
  }
  state.rate = { ...rate, step: countedDown(rate.step, request) };
  return () => isDue(rate.step, request) && state.draw() < rate.probability ? rate.step : void 0;
}
function isDue(step, request) {
  return (step.when?.nth ?? 1) === 1 && isAbout(step, request);
}
function isAbout({ when }, request) {
  return (when?.topic === void 0 || when.topic === request.topic) && (when?.key === void 0 || when.key === request.key);
}
function countedDown(step, request) {
  const nth = step.when?.nth ?? 1;
  return nth > 1 && isAbout(step, request) ? { ...step, when: { ...step.when, nth: nth - 1 } } : step;
}
function createDraw(seed) {
  const state = { value: seed >>> 0 };
  return () => {
    state.value = state.value + 1831565813 >>> 0;
    let mixed = state.value;
    mixed = Math.imul(mixed ^ mixed >>> 15, mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
  };
}

// local/data-stream/kafka/kafka.ts
init_start_problem();

// local/data-stream/kafka/cloud-event-headers.ts
var structuredType = "application/cloudevents+json";
var attributeName = /^[a-z0-9]+$/;
var noAttributes = ["data", "datacontenttype"];
function cloudEventHeaders(value) {
  const event = parseEvent2(value);
  if (event === void 0) {
    return {};
  }
  const attributes = Object.entries(event).filter(([name]) => attributeName.test(name) && !noAttributes.includes(name)).flatMap(([name, attribute]) => {
    const text2 = toText(attribute);
    return text2 === void 0 ? [] : [[`ce_${name}`, text2]];
  });
  return { "content-type": structuredType, ...Object.fromEntries(attributes) };
}
function parseEvent2(value) {
  let event;
  try {
    event = JSON.parse(value);
  } catch {
    return void 0;
  }
  return isObject(event) && event["specversion"] === "1.0" && ["id", "source", "type"].every((name) => isFilled(event[name])) ? event : void 0;
}
function isFilled(value) {
  return typeof value === "string" && value !== "";
}
function toText(attribute) {
  if (typeof attribute === "string") {
    return attribute;
  }
  return typeof attribute === "boolean" || Number.isInteger(attribute) ? String(attribute) : void 0;
}

// local/data-stream/kafka/kafka-brokers.ts
init_start_problem();

// local/http/queue.ts
var sweepItemsMin = 1024;
function createQueue() {
  const state = { items: [], head: 0 };
  return {
    size: () => state.items.length - state.head,
    first: () => state.items[state.head],
    push(item) {
      state.items.push(item);
    },
    shift() {
      const first = state.items[state.head];
      if (state.head < state.items.length) {
        state.items[state.head] = void 0;
        state.head += 1;
        sweep2(state);
      }
      return first;
    },
    clear() {
      state.items = [];
      state.head = 0;
    }
  };
}
function sweep2(state) {
  if (state.head >= sweepItemsMin && state.head * 2 >= state.items.length) {
    state.items.splice(0, state.head);
    state.head = 0;
  }
}

// local/data-stream/topics/topic-settings.ts
var topicName = /^[a-z0-9-]{1,200}$/;
var partitionsRange = { min: 1, max: 16 };
var retentionMsRange = { min: 36e5, max: 1296e6 };
var retentionMsDefault = 864e5;
var topicsMax = 100;
function checkTopicSettings(settings) {
  const entries = Object.entries(settings);
  if (entries.length === 0 || entries.length > topicsMax) {
    throw new InvalidInput(`topics must name 1 to ${topicsMax} topics`);
  }
  return entries.map(([name, setting]) => checkTopic(name, setting));
}
function checkTopic(name, setting) {
  if (!topicName.test(name)) {
    const shown2 = JSON.stringify(name.slice(0, 250));
    throw new InvalidInput(`topic name ${shown2}: 1 to 200 lowercase letters, digits, hyphens`);
  }
  const { partitions, retentionMs } = typeof setting === "number" ? { partitions: setting, retentionMs: void 0 } : closedObject(setting, `topic ${name}`, ["partitions", "retentionMs"]);
  return {
    name,
    partitions: toPartitionCount(partitions, name),
    retentionMs: ifPresent(
      retentionMs,
      (given) => integerIn(given, `topic ${name}: retentionMs`, retentionMsRange)
    ) ?? retentionMsDefault
  };
}
function toPartitionCount(value, name) {
  const { min, max } = partitionsRange;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw new InvalidInput(`topic ${name}: the partition count must be from ${min} to ${max}`);
  }
  return value;
}

// local/data-stream/topics/topics.ts
function createTopics(settings, options) {
  const topics = toTopics(settings);
  const drops = /* @__PURE__ */ new Set();
  const partitionOf = (topic, partition) => {
    const found = topics.get(topic)?.partitions[partition];
    if (found === void 0) {
      throw new Error(`no partition ${partition} in a topic of that name`);
    }
    return found;
  };
  const log = createRecordLog(options, (record, bytes) => {
    countDrop(partitionOf(record.topic, record.partition), record, bytes);
    for (const onDrop of drops) {
      onDrop(record);
    }
  });
  const limits = { log, options };
  const append = (record) => {
    const partition = partitionOf(record.topic, record.partition);
    const slot = log.add(record);
    partition.next = Math.max(partition.next, record.offset + 1);
    partition.bytes += slot.bytes;
    partition.slots.push(slot);
    dropByRetention(partition, topics.get(record.topic)?.retentionMs ?? 0, limits);
    log.trim();
  };
  return {
    records: log,
    names: () => [...topics.keys()],
    partitionCount: (topic) => topics.get(topic)?.partitions.length,
    retentionMs: (topic) => topics.get(topic)?.retentionMs,
    /** Calls the listener for every record that retention or a bound drops. */
    onDrop: (listener) => drops.add(listener),
    /** Returns the records with the offsets and cursors they will have, as long as no other record comes between. */
    number(records) {
      return numbered(records, log.nextCursor(), ({ topic, partition }) => {
        return partitionOf(topic, partition).next;
      });
    },
    append,
    /** Numbers and appends one record. */
    take(record) {
      const { next } = partitionOf(record.topic, record.partition);
      const taken = withNumbers(record, log.nextCursor(), next);
      append(taken);
      return taken;
    },
    /**
     * Restores the counters that were stored before a restart. They are restored first, then the records by their
     * cursors.
     */
    restore(topic, partition, counts) {
      Object.assign(partitionOf(topic, partition), counts);
    },
    /** Drops expired records. */
    expire() {
      for (const { retentionMs, partitions } of topics.values()) {
        for (const partition of partitions) {
          dropByRetention(partition, retentionMs, limits);
        }
      }
      log.trim();
    },
    countsOf(topic, partition) {
      const { first, next, dropped } = partitionOf(topic, partition);
      return { first, next, dropped };
    },
    describe: () => [...topics].map(([name, topic]) => describeTopic(name, topic)),
    /** Empties all topics. Offsets go on, as they do after Kafka's own DeleteRecords. */
    empty() {
      log.empty();
      for (const partition of [...topics.values()].flatMap(({ partitions }) => partitions)) {
        partition.first = partition.next;
        partition.bytes = 0;
        partition.slots.clear();
      }
    }
  };
}
function toTopics(settings) {
  const checked = checkTopicSettings(settings);
  return new Map(
    checked.map(({ name, partitions, retentionMs }) => [
      name,
      { retentionMs, partitions: Array.from({ length: partitions }, createPartition) }
    ])
  );
}
function createPartition() {
  return { first: 0, next: 0, dropped: 0, bytes: 0, slots: createQueue() };
}
function countDrop(partition, { offset }, bytes) {
  partition.slots.shift();
  partition.bytes -= bytes;
  partition.first = offset + 1;
  partition.dropped += 1;
}
function dropByRetention(partition, retentionMs, { log, options }) {
  const oldestMs = options.now() - retentionMs;
  for (; ; ) {
    const oldest = partition.slots.first();
    const isOver = oldest?.record !== void 0 && (oldest.record.timestamp <= oldestMs || partition.bytes > options.partitionBytesMax);
    if (!isOver) {
      return;
    }
    log.drop(oldest);
  }
}
function numbered(records, firstCursor, nextOffset) {
  const offsets = /* @__PURE__ */ new Map();
  return records.map((record, index) => {
    const name = partitionName(record);
    const offset = offsets.get(name) ?? nextOffset(record);
    offsets.set(name, offset + 1);
    return withNumbers(record, firstCursor + index, offset);
  });
}
function partitionName({
  topic,
  partition
}) {
  return `${topic}/${partition}`;
}
function withNumbers(record, cursor, offset) {
  const { topic, partition, timestamp, key, value } = record;
  return { cursor, topic, partition, offset, timestamp, key, value };
}
function describeTopic(name, { retentionMs, partitions }) {
  const described = partitions.map(({ first, next, dropped, bytes, slots }, partition) => ({
    partition,
    first,
    next,
    dropped,
    records: slots.size(),
    bytes
  }));
  const sum = (field) => described.reduce((total, one2) => total + one2[field], 0);
  return {
    name,
    retentionMs,
    records: sum("records"),
    bytes: sum("bytes"),
    dropped: sum("dropped"),
    partitions: described
  };
}

// local/data-stream/kafka/kafka-refusal.ts
var tooLarge2 = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];
function toKafkaRefusal(error) {
  const name = kafkaErrorName(error);
  return tooLarge2.includes(name) ? apiRefusal(
    gatewayError(413, "Kafka does not take a message of this size."),
    `Kafka refused the message: ${name}`,
    "Send less in one message, or raise max.message.bytes of the Kafka topic."
  ) : notAcknowledged(name);
}
function notAcknowledged(why) {
  return apiRefusal(
    gatewayError(503, "Kafka did not acknowledge the message."),
    `Kafka did not acknowledge the message: ${why}`,
    "See that the cluster of --kafka is up, and send again; the first try may be in Kafka all the same."
  );
}
function kafkaErrorName(error) {
  if (!(error instanceof Error)) {
    return "unknown error";
  }
  const type = "type" in error && typeof error.type === "string" ? error.type : void 0;
  const { cause } = error;
  return type ?? (cause instanceof Error ? kafkaErrorName(cause) : error.message.slice(0, 200));
}

// local/data-stream/kafka/kafka-queues.ts
var requestMsMax = 5e3;
var responseMsMax = 8e3;
var sendMsMax = 3e4;
var batchRecordsMax = 500;
var batchBytesMax = 9e5;
var waitingRecordsMax = 1e3;
var waitingBytesMax = 64 * 1024 * 1024;
function createPartitionQueues({
  producer,
  toHeaders: toHeaders2,
  write,
  log
}) {
  const queues = /* @__PURE__ */ new Map();
  const total = { records: 0, bytes: 0 };
  const respond2 = (one2, ending) => {
    clearTimeout(one2.timer);
    one2.isSettled = true;
    one2.settle(ending);
  };
  const leave = (one2) => {
    total.records -= 1;
    total.bytes -= one2.bytes;
  };
  const send2 = async ({ topic, partition }, batch) => {
    if (batch.length === 0) {
      return void 0;
    }
    const messages = batch.map(({ record }) => toMessage(record, toHeaders2(record.value)));
    try {
      const sent = producer.send({ topic, acks: -1, timeout: requestMsMax, messages });
      const results = await within(sendMsMax, sent);
      const [result] = results;
      const isConfirmed = results.length === 1 && result?.partition === partition && result.errorCode === 0;
      return isConfirmed ? void 0 : notAcknowledged("it did not confirm the partition");
    } catch (error) {
      return toKafkaRefusal(error);
    }
  };
  const settle = (queue, batch, refused) => {
    batch.forEach(leave);
    const late = batch.filter(({ isSettled }) => isSettled).length;
    for (const one2 of batch.filter(({ isSettled }) => !isSettled)) {
      respond2(one2, refused ?? write(one2.record));
    }
    if (late > 0 && refused === void 0) {
      log(`Kafka took ${late} messages of ${queue.topic} after their callers got 503`);
    }
  };
  const deliver = async (queue, given) => {
    const batch = given.filter(({ isSettled }) => !isSettled);
    given.filter(({ isSettled }) => isSettled).forEach(leave);
    const refused = await send2(queue, batch);
    if (refused?.response.status === 413 && batch.length > 1) {
      const middle = batch.length >> 1;
      await deliver(queue, batch.slice(0, middle));
      await deliver(queue, batch.slice(middle));
    } else {
      settle(queue, batch, refused);
    }
  };
  const work = async (queue) => {
    queue.isSending = true;
    for (let batch = takeBatch(queue); batch.length > 0; batch = takeBatch(queue)) {
      await deliver(queue, batch);
    }
    queue.isSending = false;
  };
  const takeBatch = ({ waiting }) => {
    const batch = [];
    let bytes = 0;
    for (let one2 = waiting.first(); one2 !== void 0; one2 = waiting.first()) {
      if (isFull(batch, bytes + one2.bytes)) {
        break;
      }
      waiting.shift();
      if (one2.isSettled) {
        leave(one2);
      } else {
        batch.push(one2);
        bytes += one2.bytes;
      }
    }
    return batch;
  };
  return (record) => {
    const bytes = recordBytes(record);
    if (total.records >= waitingRecordsMax || total.bytes + bytes > waitingBytesMax) {
      return notAcknowledged(`${total.records} messages wait for it already`);
    }
    return new Promise((settle2) => {
      const one2 = { record, bytes, settle: settle2, timer: void 0, isSettled: false };
      one2.timer = setTimeout(
        () => respond2(one2, notAcknowledged(`it did not acknowledge within ${responseMsMax} ms`)),
        responseMsMax
      );
      total.records += 1;
      total.bytes += bytes;
      const queue = queueOf(queues, record);
      queue.waiting.push(one2);
      if (!queue.isSending) {
        void work(queue);
      }
    });
  };
}
function within(msMax, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no end within ${msMax} ms`)), msMax);
    void promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
function isFull(batch, bytes) {
  return batch.length === batchRecordsMax || batch.length > 0 && bytes > batchBytesMax;
}
function queueOf(queues, { topic, partition }) {
  const name = partitionName({ topic, partition });
  const queue = queues.get(name) ?? {
    ...{ topic, partition, isSending: false },
    waiting: createQueue()
  };
  queues.set(name, queue);
  return queue;
}
function toMessage(record, headers) {
  const { partition, key, value, timestamp } = record;
  return {
    partition,
    key: Buffer.from(key),
    value: Buffer.from(value),
    timestamp: String(timestamp),
    headers: { ...headers }
  };
}

// local/data-stream/kafka/kafka-brokers.ts
async function findBroker(brokers, tryBroker) {
  const reasons = [];
  for (const broker of brokers) {
    try {
      await tryBroker(broker);
      return broker;
    } catch (error) {
      if (error instanceof StartProblem) {
        throw error;
      }
      reasons.push(
        brokers.length === 1 ? brokerFailure(error) : `${broker}: ${brokerFailure(error)}`
      );
    }
  }
  throw unusableKafka(brokers, reasons.join("; "));
}
function unusableKafka(brokers, reason) {
  return new StartProblem(`--kafka ${brokers.join(",")} cannot be used: ${reason}`);
}
function brokerFailure(error) {
  const name = kafkaErrorName(error);
  return /^Request .* timed out$/.test(name) ? `it takes connections and does not respond within ${requestMsMax} ms` : name;
}

// local/data-stream/kafka/kafka-topics.ts
init_start_problem();
async function checkPartitions(admin, topics) {
  for (const name of topics.names()) {
    const wanted = topics.partitionCount(name) ?? 0;
    const has = await countPartitions(admin, name);
    if (has < wanted) {
      const advice = `give it at least ${wanted}, for example with kafka-topics.sh ${has === 0 ? "--create" : "--alter"} --topic ${name} --partitions ${wanted}`;
      throw new StartProblem(
        has === 0 ? `Kafka has no topic ${name}: ${advice}` : `Kafka's topic ${name} has ${has} partitions and the emulator's has ${wanted}: ${advice}`
      );
    }
  }
}
async function countPartitions(admin, topic) {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    return metadata.topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
  } catch (error) {
    if (kafkaErrorName(error) === "UNKNOWN_TOPIC_OR_PARTITION") {
      return 0;
    }
    throw error;
  }
}

// local/data-stream/kafka/kafka.ts
var connectMsMax = 2e3;
var nextBrokerMs = 100;
async function connectKafka({ brokers, headers }, topics, log) {
  const toClient = await loadClient();
  const first = await findBroker(
    brokers,
    (broker) => checkBroker(toClient([broker]).admin(), topics)
  );
  const others = brokers.filter((broker) => broker !== first);
  const producer = toClient([first, ...others]).producer({
    allowAutoTopicCreation: false,
    // The emulator has chosen the partition already. This also prevents kafkajs's warning about its changed default
    // partitioner.
    createPartitioner: () => (choice) => choice.message.partition ?? 0,
    retry: { retries: 0 }
  });
  try {
    await producer.connect();
  } catch (error) {
    await producer.disconnect().catch(() => void 0);
    throw unusableKafka(brokers, brokerFailure(error));
  }
  const toHeaders2 = headers ? cloudEventHeaders : () => ({});
  return {
    before: (write) => createPartitionQueues({ producer, toHeaders: toHeaders2, write, log }),
    close: () => producer.disconnect()
  };
}
async function loadClient() {
  const { default: kafkajs } = await import("kafkajs").catch(() => {
    throw new MissingPackage("--kafka", "kafkajs");
  });
  return (brokers) => new kafkajs.Kafka({
    clientId: "data-stream-emulator",
    brokers: [...brokers],
    connectionTimeout: connectMsMax,
    requestTimeout: requestMsMax,
    logLevel: kafkajs.logLevel.NOTHING,
    // Every broker is tried once to connect. Messages are not retried, see above.
    retry: {
      retries: brokers.length - 1,
      initialRetryTime: nextBrokerMs,
      maxRetryTime: nextBrokerMs
    }
  });
}
async function checkBroker(admin, topics) {
  try {
    await admin.connect();
    await checkPartitions(admin, topics);
  } finally {
    await admin.disconnect().catch(() => void 0);
  }
}

// local/data-stream/process-endpoint.ts
import { createServer } from "node:http";
var requestsMax = 1e4;
var requestTimeoutMs = 3e4;
async function openProcessEndpoint(emulator) {
  let requests = [];
  const onRequest = (entry) => {
    if (requests.length < requestsMax) {
      requests.push({ id: entry.id, ...toCursor(entry) });
    }
  };
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    dispatchApi({ request, response, onRequest }, emulator).catch((error) => {
      console.error("the emulator failed on a request of a function:", error);
      response.destroy();
    });
  });
  const port = await listen(server, 0, "127.0.0.1");
  return {
    origin: `http://127.0.0.1:${port}`,
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    close: () => closeServer(server)
  };
}
function toCursor({ topic, partition, offset }) {
  return offset === void 0 ? {} : { cursor: `${topic}/${partition}/${offset}` };
}

// local/data-stream/server.ts
init_start_problem();

// local/data-stream/storage/durable-storage.ts
init_start_problem();
init_database_file();

// local/data-stream/storage/memory-storage.ts
var expiryCheckMs = 1e3;
function createMemoryStorage(topics, onAppend) {
  const timer = setInterval(() => topics.expire(), expiryCheckMs).unref();
  return {
    write(record) {
      const taken = topics.take(record);
      onAppend(taken);
      return taken;
    },
    empty() {
      topics.empty();
      return void 0;
    },
    close: () => clearInterval(timer)
  };
}

// local/data-stream/storage/durable-storage.ts
var batchRecordsMax2 = 1e3;
function createDurableStorage({ topics, store }, onAppend) {
  const state = {
    waiting: [],
    turn: void 0,
    dropped: [],
    changed: /* @__PURE__ */ new Map()
  };
  const touch = ({ topic, partition }) => {
    state.changed.set(partitionName({ topic, partition }), { topic, partition });
  };
  const onDrop = (record) => {
    state.dropped.push(record.cursor);
    touch(record);
  };
  refuseFewerPartitions(topics, store);
  topics.onDrop(onDrop);
  restore(topics, store);
  const commit = (records) => {
    records.forEach(touch);
    const next = new Map(records.map((one2) => [partitionName(one2), one2.offset + 1]));
    store.commit({
      records,
      dropped: state.dropped,
      partitions: [...state.changed].map(([name, { topic, partition }]) => {
        const counts = topics.countsOf(topic, partition);
        return { topic, partition, ...counts, next: next.get(name) ?? counts.next };
      }),
      nextCursor: (records.at(-1)?.cursor ?? topics.records.newestCursor()) + 1
    });
    state.dropped = [];
    state.changed.clear();
  };
  for (const { topic, partition } of countsOfAll(topics)) {
    touch({ topic, partition });
  }
  const commitWaiting = () => {
    clearImmediate(state.turn);
    state.turn = void 0;
    const batch = state.waiting;
    state.waiting = [];
    const records = topics.number(batch.map(({ record }) => record));
    try {
      commit(records);
    } catch (error) {
      const refused = notStored(errorCodeOf(error));
      for (const { settle } of batch) {
        settle(refused);
      }
      return;
    }
    for (const record of records) {
      topics.append(record);
      onAppend(record);
    }
    for (const [index, { settle }] of batch.entries()) {
      settle(records[index] ?? notStored("no number"));
    }
  };
  const sweep3 = () => {
    topics.expire();
    if (state.changed.size > 0 && state.waiting.length === 0) {
      commitOrKeepChanges(() => commit([]));
    }
  };
  firstCommit(() => commit([]));
  const timer = setInterval(sweep3, expiryCheckMs).unref();
  return {
    write: (record) => new Promise((settle) => {
      state.waiting.push({ record, settle });
      if (state.waiting.length >= batchRecordsMax2) {
        commitWaiting();
      } else {
        state.turn ??= setImmediate(commitWaiting);
      }
    }),
    empty() {
      if (state.waiting.length > 0) {
        commitWaiting();
      }
      try {
        store.empty(topics.names(), emptied(topics));
      } catch (error) {
        return notStored(errorCodeOf(error));
      }
      topics.empty();
      return void 0;
    },
    close() {
      clearInterval(timer);
      if (state.waiting.length > 0) {
        commitWaiting();
      }
      sweep3();
      store.close();
    }
  };
}
function restore(topics, store) {
  const isNamed = ({ topic, partition }) => partition < (topics.partitionCount(topic) ?? 0);
  for (const { topic, partition, ...counts } of store.partitions()) {
    if (isNamed({ topic, partition })) {
      topics.restore(topic, partition, counts);
    }
  }
  for (const record of store.records()) {
    if (isNamed(record)) {
      topics.append(record);
    }
  }
  topics.records.goOnFrom(store.nextCursor());
}
function refuseFewerPartitions(topics, store) {
  for (const { topic, partition } of store.partitions()) {
    const count = topics.partitionCount(topic);
    if (count !== void 0 && partition >= count) {
      throw new StartProblem(
        `topic ${topic} has ${count} partitions in the settings and at least ${partition + 1} in --data: partitions can only be added`
      );
    }
  }
}
function unnamedTopics(topics, store) {
  const kept = new Set(store.partitions().map(({ topic }) => topic));
  return [...kept].filter((topic) => topics.partitionCount(topic) === void 0);
}
function countsOfAll(topics) {
  return topics.describe().flatMap(
    ({ name: topic, partitions }) => partitions.map(({ partition, first, next, dropped }) => ({
      ...{ topic, partition, first, next, dropped }
    }))
  );
}
function emptied(topics) {
  return countsOfAll(topics).map((counts) => ({ ...counts, first: counts.next }));
}
function firstCommit(commit) {
  try {
    commit();
  } catch (error) {
    const code = errorCodeOf(error);
    const fix = code === "SQLITE_FULL" ? " (no space, or over --data-bytes-max)" : "";
    throw new StartProblem(`--data cannot be written to: ${code}${fix}`);
  }
}
function notStored(code) {
  return apiRefusal(
    gatewayError(503, "The message could not be stored."),
    `the store of --data failed: ${code}`,
    "See to the disk of --data (SQLITE_FULL: no space, or over --data-bytes-max), and send again."
  );
}
function commitOrKeepChanges(commit) {
  try {
    commit();
  } catch {
  }
}

// local/data-stream/wait/waiters.ts
var waitersMax = 100;
function createWaiters() {
  const waiting = /* @__PURE__ */ new Set();
  return {
    isFull: () => waiting.size >= waitersMax,
    /** Resolves with the next record that matches. Resolves with undefined at the timeout, or when it is aborted. */
    next({ matches: matches2, timeoutMs, signal }) {
      if (signal.aborted) {
        return Promise.resolve(void 0);
      }
      return new Promise((resolve) => {
        const end = (record) => {
          clearTimeout(timer);
          waiting.delete(look);
          signal.removeEventListener("abort", abort);
          resolve(record);
        };
        const look = (record) => {
          if (matches2(record)) {
            end(record);
          }
        };
        const abort = () => end();
        const timer = setTimeout(end, timeoutMs);
        waiting.add(look);
        signal.addEventListener("abort", abort);
      });
    },
    record(record) {
      for (const look of waiting) {
        look(record);
      }
    }
  };
}

// local/data-stream/server.ts
var requestsMaxDefault = 200;
var connectionsMax = 1e3;
var requestTimeoutMs2 = 3e4;
async function startEmulator(options) {
  const { host = "127.0.0.1" } = options;
  const closing = new AbortController();
  const page = createPage();
  const { emulator, close } = await createEmulator(options, closing.signal);
  const server = createServer2({ requestTimeout: requestTimeoutMs2 }, (request, response) => {
    dispatchDataStream({ request, response, page }, emulator).catch((error) => {
      console.error("the emulator failed on a request:", error);
      response.destroy();
    });
  });
  server.maxConnections = connectionsMax;
  const port = await listen(server, options.port, host).catch(async (error) => {
    await close();
    throw listenProblem(error, host);
  });
  const closeAll = async () => {
    closing.abort();
    emulator.events.close();
    await closeServer(server);
    await close();
  };
  let closed;
  return {
    origin: `http://${reachableHost(host)}:${port}`,
    port,
    emulator,
    openEndpoint: () => openProcessEndpoint(emulator),
    addCall: (call2, parameters3) => void emulator.deliveries.add(call2, parameters3),
    close() {
      closed ??= closeAll();
      return closed;
    }
  };
}
function listenProblem(error, host) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return code === "EADDRINUSE" ? error : new StartProblem(`the emulator cannot listen on ${host}: ${code}`);
}
async function createEmulator(options, closing) {
  const { log = console.log, now = Date.now } = options;
  const topics = createTopics(options.topics, {
    recordsMax: options.recordsMax ?? recordsMaxDefault,
    recordBytesMax: options.recordBytesMax ?? recordBytesMaxDefault,
    partitionBytesMax: options.partitionBytesMax ?? partitionBytesMaxDefault,
    now
  });
  const kafka = options.kafka && await connectKafka(options.kafka, topics, log);
  const events = createEvents(topics.records);
  const waiters = createWaiters();
  const onAppend = (record) => {
    events.record(record);
    waiters.record(record);
  };
  const storage = await createStorage(options, { topics, onAppend }).catch(
    async (error) => {
      events.close();
      await kafka?.close();
      throw error;
    }
  );
  const connection = options.functions;
  const deliveries = createDeliveries({
    settings: { ...secretsOf2(options.accessKeys), ...connection?.settings },
    records: topics.records,
    onAdd: events.delivery
  });
  const emulator = {
    accessKeys: new Map(Object.entries(options.accessKeys)),
    topics,
    countedSize: options.countedSize ?? "body",
    topicList: options.topicList ?? "list",
    writeRecord: kafka?.before(storage.write) ?? storage.write,
    emptyTopics: storage.empty,
    faults: createFaults((remaining) => {
      log(faultLine(remaining));
      events.faults(remaining.on);
    }),
    requests: createRequestLog(options.requestsMax ?? requestsMaxDefault),
    events,
    waiters,
    functionsConsole: createFunctionsConsole(connection),
    deliveries,
    deliveriesApi: createDeliveriesApi({ deliveries, connection, now }),
    log,
    startedAtMs: now(),
    now,
    random: options.random ?? Math.random,
    /** Waits, and ends early when the emulator closes: a long delay must not keep the process alive. */
    wait: (delayMs) => sleep(delayMs, void 0, { signal: closing }).catch(() => void 0)
  };
  const close = async () => {
    await kafka?.close();
    storage.close();
  };
  return { emulator, close };
}
function secretsOf2(accessKeys) {
  return { EMULATOR_SECRET_KEYS: JSON.stringify(Object.values(accessKeys)) };
}
async function createStorage(options, { topics, onAppend }) {
  const { dataDirectory, dataBytesMax = dataBytesMaxDefault, log = console.log } = options;
  if (dataDirectory === void 0) {
    return createMemoryStorage(topics, onAppend);
  }
  const { openRecordDatabase: openRecordDatabase2 } = await Promise.resolve().then(() => (init_record_database(), record_database_exports));
  const store = await openRecordDatabase2(dataDirectory, dataBytesMax);
  try {
    const storage = createDurableStorage({ topics, store }, onAppend);
    for (const topic of unnamedTopics(topics, store)) {
      log(
        `--data also holds the topic ${topic}, which the settings do not name: it is left as it is`
      );
    }
    return storage;
  } catch (error) {
    store.close();
    throw error;
  }
}
export {
  startEmulator
};
