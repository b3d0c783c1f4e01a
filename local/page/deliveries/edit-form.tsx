import { useState } from "preact/hooks";
import type { ShownRequest } from "../../deliveries/shown-body.ts";
import { Field } from "../parts/controls.tsx";
import { visible } from "../parts/visible.ts";
import { parseHeaders, showHeaders } from "../send/header-lines.ts";
import { t } from "../text/language.ts";
import type { Delivery } from "./delivery.ts";
import type { Edited } from "./replay.ts";

export const editFormId = "edit-form";
const headerRows = 8;
const bodyRows = 16;
/** Headers that the sending itself sets. */
const framing = ["host", "connection", "content-length", "transfer-encoding"];

type FormProps = {
  readonly delivery: Delivery;
  readonly onSend: (edited: Edited) => void;
};

/** Edits what came in. Signatures are made anew from the settings when it is sent. */
export function EditForm({ delivery, onSend }: FormProps) {
  const { request, event } = delivery;
  return request === null ? (
    <EventForm event={event} onSend={onSend} />
  ) : (
    <RequestForm request={request} onSend={onSend} />
  );
}

type RequestFormProps = Pick<FormProps, "onSend"> & { readonly request: ShownRequest };

function RequestForm({ request, onSend }: RequestFormProps) {
  const [headers, setHeaders] = useState(() => showHeaders(editable(request.headers)));
  const [body, setBody] = useState(request.body);
  return (
    <form
      id={editFormId}
      class="edit"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        onSend({ headers: parseHeaders(headers), body, bodyEncoding: request.bodyEncoding });
      }}
    >
      <p>
        <code>
          {request.method} {visible(request.path)}
        </code>
      </p>
      <p class="muted">{t("delivery.editText")}</p>
      <Field label={t("send.headers")}>
        <Editor rows={headerRows} value={headers} onText={setHeaders} />
      </Field>
      <Field label={t("send.body.webhook")}>
        <Editor rows={bodyRows} value={body} onText={setBody} />
      </Field>
    </form>
  );
}

function editable(headers: ShownRequest["headers"]): ShownRequest["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !framing.includes(name)));
}

type EventFormProps = Pick<FormProps, "onSend"> & { readonly event: unknown };

function EventForm({ event, onSend }: EventFormProps) {
  const [text, setText] = useState(() => JSON.stringify(event, undefined, 2));
  const [problem, setProblem] = useState("");
  return (
    <form
      id={editFormId}
      class="edit"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        try {
          onSend({ event: JSON.parse(text) as unknown });
        } catch {
          setProblem(t("send.notJson"));
        }
      }}
    >
      <Field label={t("send.body.function")}>
        <Editor rows={bodyRows} value={text} onText={setText} />
      </Field>
      <p class="problem" role="status">
        {problem}
      </p>
    </form>
  );
}

type EditorProps = {
  readonly rows: number;
  readonly value: string;
  readonly onText: (text: string) => void;
};

function Editor({ rows, value, onText }: EditorProps) {
  return (
    <textarea
      rows={rows}
      value={value}
      spellcheck={false}
      onInput={({ currentTarget }) => onText(currentTarget.value)}
    />
  );
}
