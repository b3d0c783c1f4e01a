import { useState } from "preact/hooks";
import { getText } from "../data/api.ts";
import { Button, Choice, IconButton } from "../parts/controls.tsx";
import { Drawer } from "../parts/drawer.tsx";
import { CutText } from "../parts/json-view.tsx";
import { timeInKorea } from "../parts/time.ts";
import { copyText } from "../parts/toast.tsx";
import { oneLine } from "../parts/visible.ts";
import { asNumber, t } from "../text/language.ts";
import { attributesOf, dataOf } from "./cloud-event.ts";
import type { Entry } from "./record-store.ts";
import { ValueView, type ValueViewName, valueViews } from "./value-views.tsx";

const titleCharactersMax = 200;
const attributeCharactersMax = 4000;

type DetailProps = {
  /** Undefined if the address names a record that is not there. */
  readonly entry: Entry | undefined;
  readonly onClose: () => void;
};

export function RecordDetail({ entry, onClose }: DetailProps) {
  const title = entry === undefined ? "" : oneLine(entry.type || entry.key, titleCharactersMax);
  return (
    <Drawer class="detail" title={title || t("message.title")} onClose={onClose}>
      {entry === undefined ? (
        <p class="muted">{t("message.gone")}</p>
      ) : (
        <DetailBody entry={entry} key={entry.cursor} />
      )}
    </Drawer>
  );
}

/** The way of showing a value stays the same from record to record. */
const chosen: { view: ValueViewName } = { view: "data" };

function DetailBody({ entry }: { readonly entry: Entry }) {
  const { topic, partition, offset } = entry;
  const [view, setView] = useState(chosen.view);
  const isEvent = dataOf(entry.value) !== entry.value;
  const shown = view === "event" && !isEvent ? "data" : view;
  const names = valueViews.filter((name) => isEvent || name !== "event");
  const choose = (name: ValueViewName) => {
    chosen.view = name;
    setView(name);
  };
  return (
    <>
      <p class="whereabouts muted">
        {t("message.place", { topic, partition, offset })} · {timeInKorea(entry.timestamp)}
      </p>
      <div class="bar">
        <Choice
          label={t("message.views")}
          values={names.map((name) => [name, t(`message.${name}`)] as const)}
          chosen={shown}
          onChoose={choose}
        />
      </div>
      <div class="value" id="record-value">
        <ValueView entry={entry} view={shown} />
        <IconButton
          icon="copy"
          label={t("message.copyValue")}
          onClick={() => copyText(() => entry.value)}
        />
      </div>
      <Attributes entry={entry} />
      <Copies entry={entry} />
    </>
  );
}

function Attributes({ entry }: { readonly entry: Entry }) {
  const attributes = attributesOf(entry.value);
  return (
    <>
      {attributes.length > 0 && (
        <>
          <h3>{t("message.attributes")}</h3>
          <dl class="facts" id="record-attributes">
            {attributes.map(({ name, text }, index) => (
              <div key={index}>
                <dt>
                  <CutText text={name} charactersMax={attributeCharactersMax} />
                </dt>
                <dd>
                  <CutText text={text} charactersMax={attributeCharactersMax} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h3>{t("message.record")}</h3>
      <dl class="facts">
        <div>
          <dt>{t("message.key")}</dt>
          <dd>
            {entry.key === "" ? (
              <span class="muted">{t("common.empty")}</span>
            ) : (
              <CutText text={entry.key} charactersMax={attributeCharactersMax} />
            )}
          </dd>
        </div>
        <div>
          <dt>{t("message.size")}</dt>
          <dd>{t("message.bytes", { bytes: asNumber(entry.bytes) })}</dd>
        </div>
      </dl>
    </>
  );
}

function Copies({ entry }: { readonly entry: Entry }) {
  const { cursor, topic, key, value, partition } = entry;
  const fixture = () => JSON.stringify({ topic, partition, key, value }, null, 2);
  return (
    <div class="bar">
      <Button icon="copy" onClick={() => copyText(() => getText(`/_/records/${cursor}/curl`))}>
        {t("message.copyCurl")}
      </Button>
      <Button icon="copy" onClick={() => copyText(fixture)}>
        {t("message.copyFixture")}
      </Button>
      <Button icon="link" onClick={() => copyText(() => location.href)}>
        {t("message.link")}
      </Button>
    </div>
  );
}
