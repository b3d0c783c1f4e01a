import type { Components } from "./components.ts";
import type { MessageContract } from "./message-contract.ts";
import { toComment, toType } from "./to-type.ts";

const head =
  "// Written by the command contract: what JSON.parse returns for a message's value, by topic.\n";

/** Returns TypeScript declarations: a type for each schema, and `Topics`, the values by topic. */
export function toDeclarations(messages: readonly MessageContract[], schemas: Components): string {
  const names = toTypeNames(Object.keys(schemas), messages);
  const types = Object.entries(schemas).map(
    ([key, schema]) =>
      `${toComment(schema, "")}export type ${names.get(key)} = ${toType(schema, { names, indent: "" })};\n`,
  );
  const topics = [...new Set(messages.map(({ topic }) => topic))].map((topic) => {
    const those = messages.filter((message) => message.topic === topic);
    const values = those.map(({ name }) => names.get(name) ?? "unknown");
    return `  ${JSON.stringify(topic)}:${values.map((one) => `\n    | ${one}`).join("")};\n`;
  });
  const all = `/** The values of messages by the full name of their topic. */\nexport interface Topics {\n${topics.join("")}}\n`;
  return [head, ...types, all].join("\n");
}

type TypeNames = ReadonlyMap<string, string>;

/** Names the types: `WebhookOrdersEvent` for `webhook.orders`, `WebhookOrdersData` for its data. */
function toTypeNames(keys: readonly string[], messages: readonly MessageContract[]): TypeNames {
  const names = new Map<string, string>();
  const taken = new Set(["Topics"]);
  for (const key of keys) {
    const message = messages.find(({ name }) => name === key);
    const words = key.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
    const ends = { cloudevent: "Event", raw: "Value" };
    const base = words.map(capitalized).join("") + (message ? ends[message.value] : "");
    let name = base;
    // Different keys can have the same words.
    for (let count = 2; taken.has(name); count += 1) {
      name = `${base}_${count}`;
    }
    taken.add(name);
    names.set(key, name);
  }
  return names;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
