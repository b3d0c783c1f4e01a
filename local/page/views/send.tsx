import { useEffect, useRef } from "preact/hooks";
import { closeSend } from "../frame/send-state.ts";
import { Button, Empty, Field, Loading } from "../parts/controls.tsx";
import { Drawer } from "../parts/drawer.tsx";
import { showProblem } from "../parts/toast.tsx";
import { isSending, result, send } from "../send/result.ts";
import { ResultView } from "../send/result-view.tsx";
import { TargetForm } from "../send/target-form.tsx";
import {
  choose,
  chosenOf,
  functions,
  loadFunctions,
  type Target,
  targetsOf,
} from "../send/targets.ts";
import { t } from "../text/language.ts";

const formId = "send-form";

/** Sends an event beside the list of messages, so that its message is seen arriving. */
export function Send() {
  useEffect(() => {
    loadFunctions().catch(showProblem);
  }, []);
  const known = functions.value;
  const targets = known === undefined ? [] : targetsOf(known);
  const target = chosenOf(targets);
  return (
    <Drawer
      class="send"
      title={t("view.send")}
      onClose={closeSend}
      footer={target && <Footer target={target} />}
    >
      {known === undefined && <Loading />}
      {known?.connected === false && (
        <Empty icon="send" title={t("send.alone")} text={t("send.aloneText")} />
      )}
      {target && (
        <>
          <TargetField targets={targets} target={target} />
          <SendForm target={target} />
        </>
      )}
    </Drawer>
  );
}

type FieldProps = { readonly targets: readonly Target[]; readonly target: Target };

function TargetField({ targets, target }: FieldProps) {
  return (
    <Field label={t("send.what")}>
      <select
        id="send-what"
        value={target.id}
        onFocus={() => loadFunctions().catch(showProblem)}
        onChange={({ currentTarget }) => {
          choose(currentTarget.value);
          // The result of another target would pass for this one's.
          result.value = undefined;
        }}
      >
        {(["webhook", "upload", "function"] as const).map((kind) => (
          <optgroup key={kind} label={t(`send.kind.${kind}`)}>
            {targets
              .filter((one) => one.kind === kind)
              .map((one) => (
                <option key={one.id} value={one.id}>
                  {labelOf(one)}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </Field>
  );
}

function labelOf(target: Target): string {
  switch (target.kind) {
    case "webhook": {
      const { name, verifier } = target.source;
      return name === verifier ? name : `${name} (${verifier})`;
    }
    case "upload":
      return t("send.upload", { bucket: target.bucket });
    case "function":
      return target.name;
  }
}

function SendForm({ target }: { readonly target: Target }) {
  const form = useRef<HTMLFormElement>(null);
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.current?.requestSubmit();
    }
  };
  return (
    <form
      id={formId}
      ref={form}
      onKeyDown={submitByKey}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSending.value && canSend(target)) {
          send(target).catch(showProblem);
        }
      }}
    >
      <TargetForm key={target.id} target={target} />
    </form>
  );
}

function canSend(target: Target): boolean {
  return target.kind !== "webhook" || target.source.canSign;
}

/** The result and the button stay in sight, however long the form is. */
function Footer({ target }: { readonly target: Target }) {
  return (
    <>
      {result.value !== undefined && <ResultView result={result.value} />}
      <div class="send-bar">
        <Button
          kind="primary"
          type="submit"
          form={formId}
          icon="send"
          disabled={isSending.value || !canSend(target)}
        >
          {t(isSending.value ? "send.sending" : `send.now.${target.kind}`)}
        </Button>
        <kbd title={t("send.keys")}>Ctrl ↵</kbd>
      </div>
    </>
  );
}
