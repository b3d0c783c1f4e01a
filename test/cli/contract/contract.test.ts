import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { createRunContract, runContract } from "../../../cli/contract/command.ts";
import { loadTrigger } from "../../../cli/contract/load-trigger.ts";
import { openAdapters } from "../../support/adapters.ts";
import { jsonCall, toRawParameters } from "../../support/calls.ts";
import { createHarness, messageOf } from "../../support/harness.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";
import { runCommand, temporaryFolder } from "../shared/terminal.ts";

const root = resolve("test/cli/contract/fixture");
const runFixture = createRunContract(root);
const run = promisify(execFile);

const sources = {
  orders: {
    verifier: "hmac",
    header: "x-mac",
    topic: "h4j6l-orders",
    key: ["body:/id", "const:none"],
  },
  catalog: {
    verifier: "none",
    topic: "h4j6l-orders",
    filter: ["made", "price*"],
    type: ["body:/type"],
  },
  stock: { verifier: "none", value: "raw", key: ["const:stock"] },
  readings: { verifier: "none" },
  parcels: { verifier: "none", type: ["const:parcel"] },
  plain: { verifier: "github", filter: ["push"] },
};
const settings = {
  ...{
    NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
    NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
  },
  ...{ DATASTREAM_TOPIC: "h4j6l-all", DATASTREAM_PARTITIONS: '{"h4j6l-orders":3}' },
  WEBHOOK_SOURCES: JSON.stringify(sources),
  WEBHOOK_SECRETS: JSON.stringify({ orders: [secretsInUse.hmac], plain: [secretsInUse.github] }),
};
const event = {
  EVENT_TOPIC: "h4j6l-alarms",
  EVENT_KEY: '["body:/alarm"]',
  EVENT_TYPE: '["const:alarm"]',
};

async function write(given: Readonly<Record<string, string>>, command = runFixture) {
  const out = temporaryFolder();
  const ended = await runCommand(command, ["--out", out], { settings: given });
  const read = (name: string) => (ended.code === 0 ? readFileSync(join(out, name), "utf8") : "");
  const text = read("asyncapi.json");
  const declarations = read("events.d.ts");
  for (const secret of Object.values(secretsInUse)) {
    expect(text + declarations).not.toContain(secret);
  }
  const document = (text === "" ? {} : JSON.parse(text)) as Document;
  return { ...ended, out, document, declarations };
}

type Document = {
  readonly channels: Bag;
  readonly operations: Bag;
  readonly components: { readonly messages: Bag; readonly schemas: Bag };
};

/** Compiles a consumer beside the declarations. Returns what the compiler says. */
async function compile(folder: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, "consumer.ts");
  const head = 'import type { Topics } from "./events.d.ts";';
  const source = lines.join("\n");
  writeFileSync(file, source.includes("import type") ? source : `${head}\n${source}`);
  const options = [
    "--noEmit",
    "--strict",
    "--noUncheckedIndexedAccess",
    "--target",
    "es2023",
    "--module",
    "nodenext",
    "--allowImportingTsExtensions",
    "--types",
    "",
    "--ignoreConfig",
  ];
  const tsc = resolve("node_modules/typescript/bin/tsc");
  return run(process.execPath, [tsc, ...options, file], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
}

const specification = createRequire(import.meta.url)(
  "@asyncapi/specs/schemas/3.0.0-without-$id.json",
) as object;

describe("npm run contract", () => {
  test("the document is AsyncAPI 3.0 by its published schema", async () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });

    for (const [given, command] of [
      [{ ...settings, ...event }, runFixture],
      [
        { ...settings, CLAIM_CHECK_BUCKET: "large", BUCKET_VALUE: "raw", HEARTBEAT_NAME: "n" },
        runContract,
      ],
    ] as const) {
      const { code, document } = await write(given, command);

      expect(code).toBe(0);
      expect(ajv.validate(specification, document), JSON.stringify(ajv.errors)).toBe(true);
    }
  });

  test("each topic is a channel with its messages, keys and partitions", async () => {
    const { document } = await write({ ...settings, ...event });
    const { channels, operations, components } = document;

    expect(Object.keys(channels)).toEqual(["h4j6l-orders", "h4j6l-all", "h4j6l-alarms"]);
    expect(channels["h4j6l-orders"]).toEqual({
      address: "h4j6l-orders",
      messages: {
        "webhook.orders": { $ref: "#/components/messages/webhook.orders" },
        "webhook.catalog": { $ref: "#/components/messages/webhook.catalog" },
      },
      bindings: { kafka: { topic: "h4j6l-orders", partitions: 3, bindingVersion: "0.5.0" } },
    });
    expect(operations["send.h4j6l-alarms"]).toEqual({
      action: "send",
      channel: { $ref: "#/channels/h4j6l-alarms" },
      messages: [{ $ref: "#/channels/h4j6l-alarms/messages/event" }],
    });
    expect(components.messages).toMatchObject({
      "webhook.orders": {
        contentType: "application/cloudevents+json",
        bindings: {
          kafka: {
            key: {
              type: "string",
              description: "The first that is there: body:/id, const:none, the event's id.",
            },
          },
        },
      },
      "webhook.stock": { bindings: { kafka: { key: { const: "stock" } } } },
    });
  });

  test("the types of events are those that filters and constants allow", async () => {
    const { document } = await write({ ...settings, ...event });
    const typeOf = (name: string) =>
      (document.components.schemas[name] as { allOf: { properties?: Bag }[] }).allOf[1]?.properties;

    expect(typeOf("webhook.orders")).toEqual({
      ...{ source: { const: "/webhooks/orders" }, type: { const: "webhook.received" } },
    });
    expect(typeOf("webhook.catalog")?.["type"]).toEqual({
      anyOf: [{ const: "made" }, { type: "string", pattern: "^price" }],
    });
    expect(typeOf("webhook.parcels")?.["type"]).toEqual({ const: "parcel" });
    expect(typeOf("webhook.plain")?.["type"]).toEqual({ const: "com.github.push" });
    expect(typeOf("event")?.["type"]).toEqual({ const: "alarm" });
  });

  test("a schema that is no JSON Schema is a warning, and its data is unknown", async () => {
    const { error, code, document } = await write(settings);

    expect(code).toBe(0);
    expect(error).toBe(
      "warning: the schema of readings cannot be written as JSON Schema by valibot: its data is unknown in the contract\n",
    );
    expect(document.components.schemas["webhook.readings.data"]).toBeUndefined();
  });

  test("a consumer that reads what schemas promise compiles", async () => {
    const { out } = await write({ ...settings, ...event });

    const said = await compile(out, [
      'declare const order: Topics["h4j6l-orders"];',
      'if (order.source === "/webhooks/orders") {',
      "  const total: unknown = order.data.total;",
      "  const id: string = order.data.id;",
      '  const status: "open" | "paid" = order.data.status;',
      "  const note: string | null | undefined = order.data.note;",
      "} else {",
      '  const source: "/webhooks/catalog" = order.source;',
      "  const number: string = order.data.$ref;",
      "  const won: number | undefined = order.data.parts?.[0]?.parts?.[0]?.price.won;",
      '  const letter: "a" | "b" | undefined = order.data.default;',
      "}",
      'declare const alarm: Topics["h4j6l-alarms"];',
      "const level: 1 | 2 | 3 = alarm.data.level;",
      'declare const all: Topics["h4j6l-all"];',
      'if (!("sku" in all) && all.source === "/webhooks/parcels" && all.data.kind === "sent") {',
      "  const to: string = all.data.to;",
      "}",
      "export {};",
    ]);

    expect(said).toBe("");
  });

  test.for([
    ["a field that the schema has not", "order.data.amount;", "TS2339"],
    ["a field of another type", "const id: number = order.data.id;", "TS2322"],
    ["a value that no field has", 'if (order.data.status === "sold") {}', "TS2367"],
  ] as const)("a consumer that reads %s does not compile", async ([, line, code]) => {
    const { out } = await write(settings);

    const said = await compile(out, [
      'declare const order: Extract<Topics["h4j6l-orders"], { source: "/webhooks/orders" }>;',
      line,
      "export {};",
    ]);

    expect(said).toContain(code);
  });

  test("the data of a topic with a claim check may be elsewhere, and the types say so", async () => {
    const { out } = await write({ ...settings, CLAIM_CHECK_BUCKET: "large" });
    const order =
      'declare const order: Extract<Topics["h4j6l-orders"], { source: "/webhooks/orders" }>;';

    const careless = await compile(out, [order, "order.data.id;", "export {};"]);
    const careful = await compile(out, [
      order,
      "const id: string | undefined = order.data?.id;",
      "const place: string = order.dataref ?? '';",
      "export {};",
    ]);

    expect(careless).toContain("TS18048");
    expect(careful).toBe("");
  });

  test("the consumer in docs/commands.md compiles against the contract of such a source", async () => {
    const page = readFileSync("docs/commands.md", "utf8");
    const [, example = ""] = /```ts\n(import type \{ Topics[\s\S]*?)```/.exec(page) ?? [];
    const WEBHOOK_SOURCES = JSON.stringify({ ...sources, catalog: { verifier: "none" } });
    const { out } = await write({ ...settings, WEBHOOK_SOURCES });

    expect(example).toContain("event.data.total");
    expect(await compile(out, [example.replace("./contract/", "./")])).toBe("");
  });

  const bodies = {
    orders: '{"id":"a","total":1,"status":"open","note":null}',
    catalog: '{"type":"price.cut","$ref":"p","parts":[],"price":{"won":3}}',
    stock: '{"sku":"s","at":["a",1],"other":true}',
    parcels: '{"kind":"sent","to":"Seoul"}',
  };

  test.for(Object.entries(bodies))("a message of %s fits the contract", async ([name, body]) => {
    const { document } = await write(settings);
    const trigger = await loadTrigger(root, "webhook");
    const harness = createHarness();
    const open = { ...sources[name as keyof typeof bodies], verifier: "none" };
    const { main } = openAdapters(trigger as never, harness);
    const own = { ...streamSettings, WEBHOOK_SOURCES: { ...without(open, "header") } };
    await main(toRawParameters(jsonCall(`/${name}`, body), own));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    ajv.addSchema(document, "contract");

    const message: unknown = JSON.parse(harness.requests.map(messageOf)[0]?.value ?? "");

    const fits = (value: unknown) =>
      ajv.validate({ $ref: `contract#/components/schemas/webhook.${name}` }, value);
    expect(fits(message), JSON.stringify(ajv.errors)).toBe(true);
    expect(fits({ ...(message as Bag), source: 1, sku: 1 })).toBe(false);

    /** The other sources are there too, because they have schemas. */
    function without(options: Bag, option: string): Bag {
      const { [option]: _, ...rest } = options;
      const others = Object.keys(sources).map((one) => [one, { verifier: "none" }] as const);
      return { ...Object.fromEntries(others), [name]: rest };
    }
  });
});

describe("a contract that cannot be written", () => {
  test("a schema without a source ends with 2 and the name that was meant", async () => {
    const { orders, ...others } = sources;
    const wrong = {
      ...settings,
      WEBHOOK_SOURCES: JSON.stringify({ order: { verifier: "none" }, ...others }),
    };

    const { code, error } = await write(wrong);

    expect(code).toBe(2);
    expect(error).toContain("schemas.orders is no source of WEBHOOK_SOURCES: did you mean order?");
    expect(orders).toBeDefined();
  });

  test("settings without a function, or without --out, end with 2", async () => {
    expect(await write({ DATASTREAM_TOPIC: "t" })).toMatchObject({
      ...{ code: 2, error: expect.stringContaining("name no function that makes messages") },
    });
    expect(await runCommand(runContract, [], { settings })).toMatchObject({
      ...{ code: 2, error: expect.stringContaining("--out") },
    });
    expect(await runCommand(runContract, ["--out", " "], { settings })).toMatchObject({
      ...{ code: 2, error: expect.stringContaining("--out must name a folder") },
    });
  });

  test("a function that is missing, or a folder that is a file, ends with 2", async () => {
    const missing = await write({ ...settings, HEARTBEAT_NAME: "n" });
    const argv = ["--out", "package.json", "--json"];
    const file = await runCommand(runContract, argv, { settings });

    expect(missing).toMatchObject({
      code: 2,
      error: expect.stringContaining("functions/heartbeat.ts is not there"),
    });
    expect(file.code).toBe(2);
    expect(JSON.parse(file.out)).toMatchObject({
      ok: false,
      problems: ["package.json cannot be written (EEXIST)"],
    });
  });

  test("--json names the files and the warnings", async () => {
    const out = temporaryFolder();

    const { code, out: said } = await runCommand(runFixture, ["--out", out, "--json"], {
      settings,
    });

    expect(code).toBe(0);
    expect(JSON.parse(said)).toEqual({
      ...{ ok: true, files: [join(out, "asyncapi.json"), join(out, "events.d.ts")] },
      warnings: [expect.stringContaining("readings")],
    });
  });
});
