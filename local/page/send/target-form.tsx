import { Button, Field } from "../parts/controls.tsx";
import { isJson, prettyJson } from "../parts/json-text.ts";
import { t } from "../text/language.ts";
import { changeDraft, type Draft, draftOf, isChanged, resetDraft } from "./draft.ts";
import type { Target } from "./targets.ts";

const headerRows = 4;
const bodyRows = 12;

/** The fields of a target. */
export function TargetForm({ target }: { readonly target: Target }) {
  const draft = draftOf(target);
  const change = (changed: Partial<Draft>) => changeDraft(target, changed);
  return (
    <>
      <About target={target} />
      {target.kind === "webhook" && (
        <Field label={t("send.headers")}>
          <Text rows={headerRows} value={draft.headers} onText={(headers) => change({ headers })} />
        </Field>
      )}
      {target.kind === "upload" && (
        <Field label={t("send.name")}>
          <input
            required
            autocomplete="off"
            spellcheck={false}
            value={draft.name}
            onInput={({ currentTarget }) => change({ name: currentTarget.value })}
          />
        </Field>
      )}
      <Field label={t(`send.body.${target.kind}`)}>
        <Text rows={bodyRows} value={draft.body} onText={(body) => change({ body })} />
      </Field>
      <div class="send-tools">
        {target.kind === "webhook" && (
          <label class="check">
            <input
              type="checkbox"
              checked={draft.wrongSecret}
              onChange={({ currentTarget }) => change({ wrongSecret: currentTarget.checked })}
            />
            <span>{t("send.wrongSecret")}</span>
          </label>
        )}
        <span class="send-tools-end">
          {isJson(draft.body) && (
            <Button kind="quiet" onClick={() => change({ body: prettyJson(draft.body) })}>
              {t("send.format")}
            </Button>
          )}
          <Button kind="quiet" disabled={!isChanged(target)} onClick={() => resetDraft(target)}>
            {t("send.reset")}
          </Button>
        </span>
      </div>
    </>
  );
}

/** Says in a line or two what will happen. */
function About({ target }: { readonly target: Target }) {
  if (target.kind === "webhook") {
    const { canSign, verifier } = target.source;
    return canSign ? (
      <p class="muted">{t("send.signed", { uuid: "{{uuid}}", ms: "{{ms}}" })}</p>
    ) : (
      <p class="problem" role="status">
        {t("send.cannotSign", { verifier })}
      </p>
    );
  }
  const text =
    target.kind === "upload"
      ? t("send.uploadText", { bucket: target.bucket })
      : aboutOf(target.name);
  return <p class="muted">{text}</p>;
}

function aboutOf(name: string): string {
  switch (name) {
    case "heartbeat":
      return t("send.about.heartbeat");
    case "redrive":
      return t("send.about.redrive");
    case "bucket":
      return t("send.about.bucket");
    default:
      return t("send.about.function", { name });
  }
}

type TextProps = {
  readonly rows: number;
  readonly value: string;
  readonly onText: (text: string) => void;
};

function Text({ rows, value, onText }: TextProps) {
  return (
    <textarea
      rows={rows}
      value={value}
      spellcheck={false}
      autocomplete="off"
      onInput={({ currentTarget }) => onText(currentTarget.value)}
    />
  );
}
