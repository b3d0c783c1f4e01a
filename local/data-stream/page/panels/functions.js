import { find, getJson, postJson } from "../dom.js";
import { onLanguage, t } from "../text/language.js";
import { showCalling, showFailure, showResult, startResult } from "./function-result.js";
import { showOtherFunctions, startOtherFunctions } from "./other-functions.js";

/** Events arrive by another connection than the reply, so the page waits this long for them. */
const settleMs = 400;
/** The trigger of a bucket runs after the upload's response. */
const triggerMsMax = 15_000;
const pollMs = 100;
const collectedMax = 50;
const collected = { is: false, records: [], requests: [] };
const state = { sources: [], bucket: "", isConnected: undefined };

export function collectRecords(records) {
  collect(collected.records, records);
}

export function collectRequests(requests) {
  collect(collected.requests, requests);
}

function collect(list, news) {
  if (collected.is) {
    list.push(...news.slice(0, collectedMax - list.length));
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls a function and collects what reaches the emulator meanwhile. */
async function call(name, asked, isDone = () => true) {
  Object.assign(collected, { is: true, records: [], requests: [] });
  setBusy(true);
  showCalling();
  try {
    const result = await postJson(`/_/functions/${name}`, asked);
    const endMs = performance.now() + (result.reply.status < 300 ? triggerMsMax : 0);
    while (!isDone(collected) && performance.now() < endMs) {
      await sleep(pollMs);
    }
    await sleep(settleMs);
    showResult({ ...result, records: collected.records, requests: collected.requests });
  } catch (error) {
    showFailure(error);
  } finally {
    collected.is = false;
    setBusy(false);
  }
}

function setBusy(isBusy) {
  for (const made of document.querySelectorAll("#functions-forms button")) {
    made.disabled = isBusy;
  }
  showSource();
}

function parseHeaders(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [name, ...value] = line.split(":");
      return [name.trim(), value.join(":").trim()];
    }),
  );
}

const chosenSource = () => state.sources.find(({ name }) => name === find("source").value);

function fillSample() {
  const source = chosenSource();
  if (source !== undefined) {
    const { headers, body } = source.sample;
    find("webhook-headers").value = Object.entries(headers)
      .map((header) => header.join(": "))
      .join("\n");
    find("webhook-body").value = body;
  }
  showSource();
}

function showSource() {
  const source = chosenSource();
  const cannot = source !== undefined && !source.canSign;
  find("send-webhook").disabled ||= cannot;
  find("source-note").textContent = cannot
    ? t("functions.cannotSign", { verifier: source.verifier })
    : "";
}

export async function loadFunctions() {
  const { connected, sources, bucket = "", invocations = [] } = await getJson("/_/functions");
  const isChanged = JSON.stringify(sources) !== JSON.stringify(state.sources);
  Object.assign(state, { sources, bucket, isConnected: connected });
  // The form is filled only if the sources differ, so that a text which somebody writes outlives a reconnection.
  if (isChanged) {
    const options = sources.map(({ name, verifier }) => new Option(`${name} (${verifier})`, name));
    find("source").replaceChildren(...options);
    fillSample();
  }
  showOtherFunctions(invocations, (name, asked) => call(name, asked));
  showAlone();
}

function showAlone() {
  find("functions-alone").hidden = state.isConnected !== false;
  find("functions-forms").hidden = state.isConnected !== true;
  find("upload-hint").textContent = t("functions.uploadHint", { bucket: state.bucket });
  const places = { uuid: "{{uuid}}", ms: "{{ms}}" };
  find("webhook-hint").textContent = t("functions.webhookHint", places);
}

function onSubmit(form, listener) {
  find(form).addEventListener("submit", (event) => {
    event.preventDefault();
    listener();
  });
}

export function startFunctions() {
  startResult();
  startOtherFunctions();
  onLanguage(() => {
    showAlone();
    showSource();
  });
  find("source").addEventListener("change", () => {
    find("send-webhook").disabled = false;
    fillSample();
  });
  onSubmit("webhook-form", () =>
    call("webhook", {
      source: find("source").value,
      headers: parseHeaders(find("webhook-headers").value),
      body: find("webhook-body").value,
      wrongSecret: find("wrong-secret").checked,
    }),
  );
  onSubmit("upload-form", () => {
    const name = find("upload-name").value;
    const isDone = ({ records }) => records.some(({ key }) => key.endsWith(`/${name}`));
    return call("upload", { name, text: find("upload-text").value }, isDone);
  });
  onSubmit("heartbeat-form", () => call("heartbeat", {}));
  onSubmit("redrive-form", () => call("redrive", {}));
}
