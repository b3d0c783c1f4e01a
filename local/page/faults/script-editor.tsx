import { useState } from "preact/hooks";
import { problemOf } from "../data/api.ts";
import { faults } from "../data/state.ts";
import { Button, Field } from "../parts/controls.tsx";
import { showNote } from "../parts/toast.tsx";
import { visible } from "../parts/visible.ts";
import { t } from "../text/language.ts";
import { applyFaults, scriptText } from "./apply-faults.ts";

const sample = scriptText({ steps: [{ times: 2, status: 429, headers: { "retry-after": "1" } }] });
const editorRows = 12;

/** An editor of fault scripts. The text that somebody writes stays when the running script changes. */
export function ScriptEditor() {
  const [text, setText] = useState(sample);
  const [problem, setProblem] = useState("");
  const run = async (submitted: Event) => {
    submitted.preventDefault();
    const told = await runScript(text).catch(problemOf);
    setProblem(told ?? "");
  };
  const present = faults.value;
  return (
    <section class="card" aria-labelledby="fault-script">
      <h3 id="fault-script">{t("faults.script")}</h3>
      <p class="muted">{t("faults.scriptHint")}</p>
      <form onSubmit={run}>
        <Field label={t("faults.edit")}>
          <textarea
            rows={editorRows}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </Field>
        <p class="problem" role="status">
          {problem}
        </p>
        <div class="actions">
          <Button kind="primary" type="submit" icon="play">
            {t("faults.run")}
          </Button>
          <Button
            disabled={present?.on !== true}
            onClick={() => setText(scriptText(present ?? { steps: [] }))}
          >
            {t("faults.load")}
          </Button>
        </div>
      </form>
    </section>
  );
}

/** Runs a script. Returns what is wrong with it, if anything is. */
async function runScript(text: string): Promise<string | undefined> {
  const script = parse(text);
  if (typeof script === "string") {
    return t("faults.notJson", { problem: visible(script) });
  }
  await applyFaults(() => script.value);
  showNote(t("faults.running"));
  return undefined;
}

function parse(text: string): { readonly value: unknown } | string {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return problemOf(error);
  }
}
