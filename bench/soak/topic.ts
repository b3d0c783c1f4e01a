// Everything that arrived: the webhooks on the topic, and the texts of all other records.
import { tokenForm } from "./function-load.ts";
import { topic } from "./options.ts";

export type StoredMessage = { readonly key: string; readonly id: string };
/** `stored` has the oldest first. */
export type Topic = {
  readonly stored: readonly StoredMessage[];
  readonly tokens: ReadonlySet<string>;
};

const pageRecordsMax = 1_000;

export async function readTopic(emulatorOrigin: string): Promise<Topic> {
  const stored: StoredMessage[] = [];
  const tokens = new Set<string>();
  for (let after = 0; ; ) {
    const path = `/_/topics/${topic}/records?limit=${pageRecordsMax}&after=${after}`;
    const response = await fetch(`${emulatorOrigin}${path}`);
    const page = (await response.json()) as { records: { value: string }[]; next: number };
    if (page.records.length === 0) {
      return { stored, tokens };
    }
    for (const { value } of page.records) {
      const token = tokenForm.exec(value)?.[0];
      if (token !== undefined) {
        tokens.add(token);
        continue;
      }
      const { id, data } = JSON.parse(value) as { id: string; data: { key: string } };
      stored.push({ id, key: data.key });
    }
    after = page.next;
  }
}
