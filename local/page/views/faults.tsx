import { useId } from "preact/hooks";
import { faults, requests } from "../data/state.ts";
import { applyFaults, clearFaults } from "../faults/apply-faults.ts";
import { type FaultSwitch, switches } from "../faults/fault-switches.ts";
import { faultLines } from "../faults/fault-words.ts";
import { ScriptEditor } from "../faults/script-editor.tsx";
import { hrefOf } from "../frame/route.ts";
import { Button, Empty, Loading } from "../parts/controls.tsx";
import { Icon } from "../parts/icon.tsx";
import { showNote, showProblem } from "../parts/toast.tsx";
import { visible } from "../parts/visible.ts";
import { keyOf, RequestItem } from "../requests/request-item.tsx";
import { t } from "../text/language.ts";

const metShownMax = 20;

export function FaultsView() {
  if (faults.value === undefined) {
    return <Loading />;
  }
  return (
    <section class="view faults">
      <header class="view-head">
        <h2>{t("view.faults")}</h2>
        <p class="muted">{t("faults.intro")}</p>
      </header>
      <div class="columns">
        <section class="card" aria-labelledby="common-faults">
          <h3 id="common-faults">{t("faults.switches")}</h3>
          <ul class="switches">
            {switches.map((one) => (
              <SwitchItem key={one.name} {...one} />
            ))}
          </ul>
        </section>
        <ScriptEditor />
      </div>
      <Met />
    </section>
  );
}

function SwitchItem({ name, isOn, turnOn, turnOff }: FaultSwitch) {
  const id = useId();
  const isSwitchedOn = isOn(faults.value ?? { steps: [] });
  const toggle = () =>
    applyFaults((script) => (isOn(script) ? turnOff(script) : turnOn(script))).catch(showProblem);
  return (
    <li>
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={isSwitchedOn}
        aria-describedby={id}
        onClick={toggle}
      >
        <span>{t(`faults.${name}`)}</span>
      </button>
      <p id={id} class="muted">
        {t(`faults.${name}.text`)}
      </p>
    </li>
  );
}

/** The requests that a fault changed, newest first. */
function Met() {
  const met = requests.value.filter(({ verdict }) => verdict === "faulted");
  return (
    <section class="card" aria-labelledby="met-faults">
      <h3 id="met-faults">{t("faults.met")}</h3>
      {met.length === 0 ? (
        <Empty icon="faults" title={t("faults.noneMet")} text={t("faults.noneMetText")}>
          <a class="button" href={hrefOf("send")}>
            {t("faults.send")}
          </a>
        </Empty>
      ) : (
        <ul class="request-list">
          {met.slice(0, metShownMax).map((request) => (
            <RequestItem key={keyOf(request)} request={request} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Stays in sight in every view while faults are on, so that none ever acts unseen. */
export function FaultsBanner() {
  const lines = faults.value === undefined ? [] : faultLines(faults.value);
  const clear = () =>
    clearFaults()
      .then(() => showNote(t("faults.cleared")))
      .catch(showProblem);
  return (
    <div class="fault-place" role="status">
      {lines.length > 0 && (
        <div class="fault-banner">
          <Icon name="faults" />
          <a href={hrefOf("faults")}>{t("faults.on")}</a>
          <ul>
            {lines.map((line) => (
              <li key={line}>{visible(line)}</li>
            ))}
          </ul>
          <Button onClick={clear} title={t("faults.clearAll")}>
            {t("faults.clear")}
          </Button>
        </div>
      )}
    </div>
  );
}
