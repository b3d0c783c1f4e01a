import { signal } from "@preact/signals";
import { t } from "../text/language.ts";
import { parseHeaders, showHeaders } from "./header-lines.ts";
import type { Target } from "./targets.ts";

/** The text that somebody writes for a target. Only the fields of its kind are shown. */
export type Draft = {
  readonly headers: string;
  readonly body: string;
  readonly wrongSecret: boolean;
  /** The name of the object to upload. */
  readonly name: string;
};

/** The drafts by target: what was written stays while another target is chosen, or the drawer is closed. */
const drafts = signal<Readonly<Record<string, Draft>>>({});

const nothing: Draft = { headers: "", body: "", wrongSecret: false, name: "" };
const events: Readonly<Record<string, string>> = {
  event: '{\n  "action": "opened",\n  "number": 42\n}',
};

export function draftOf(target: Target): Draft {
  return drafts.value[target.id] ?? initialDraft(target);
}

export function changeDraft(target: Target, change: Partial<Draft>): void {
  drafts.value = { ...drafts.value, [target.id]: { ...draftOf(target), ...change } };
}

export function resetDraft({ id }: Target): void {
  const { [id]: _, ...others } = drafts.value;
  drafts.value = others;
}

export function isChanged({ id }: Target): boolean {
  return Object.hasOwn(drafts.value, id);
}

function initialDraft(target: Target): Draft {
  switch (target.kind) {
    case "webhook": {
      const { headers, body } = target.source.sample;
      return { ...nothing, headers: showHeaders(headers), body };
    }
    case "upload":
      return { ...nothing, name: "notes/hello.txt", body: "Hello, Data Stream" };
    case "function":
      return { ...nothing, body: events[target.name] ?? "{}" };
  }
}

/** A call of the API that sends a draft, or what is wrong with it. */
export type Prepared =
  | { readonly path: string; readonly value: unknown }
  | { readonly problem: string };

export function prepare(target: Target, draft: Draft): Prepared {
  const { body, name, wrongSecret } = draft;
  switch (target.kind) {
    case "webhook": {
      const headers = parseHeaders(draft.headers);
      const asked = { source: target.source.name, headers, body, wrongSecret };
      return { path: "/_/functions/webhook", value: asked };
    }
    case "upload":
      return { path: "/_/functions/upload", value: { name, text: body } };
    case "function":
      // The text itself: parsed numbers could lose digits.
      return isEvent(body)
        ? { path: `/_/functions/${encodeURIComponent(target.name)}`, value: { event: body } }
        : { problem: t("send.notJson") };
  }
}

/** An event is an object, as every platform sends it. */
function isEvent(text: string): boolean {
  try {
    const event: unknown = JSON.parse(text);
    return typeof event === "object" && event !== null && !Array.isArray(event);
  } catch {
    return false;
  }
}
