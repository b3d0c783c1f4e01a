// Runs in the page of test/local/foreign-page.test.ts: what a page can try against an origin.

/** True if the page could read the response. */
const isReadable = (url, init = {}) =>
  fetch(url, init).then(
    ({ type }) => type !== "opaque",
    () => false,
  );

/** Submits a form, which needs no permission of the server, and waits for the response. */
function submit(action, text) {
  const frame = Object.assign(document.createElement("iframe"), { name: "target" });
  const form = document.createElement("form");
  Object.assign(form, { method: "post", target: "target", enctype: "text/plain", action });
  form.append(Object.assign(document.createElement("input"), { name: text, value: "" }));
  document.body.append(frame, form);
  const loaded = new Promise((done) => frame.addEventListener("load", done, { once: true }));
  form.submit();
  return loaded.finally(() => {
    frame.remove();
    form.remove();
  });
}

function isHeard(url) {
  const source = new EventSource(url);
  const opened = new Promise((done) => {
    source.onopen = () => done(true);
    source.onerror = () => done(false);
  });
  return opened.finally(() => source.close());
}

window.attack = async ({ read, change, events, body }) => {
  const headers = { "content-type": "application/json" };
  const answers = [
    await isReadable(read),
    await isReadable(change, { method: "POST", mode: "no-cors", body }),
    await isReadable(change, { method: "POST", headers, body }),
    await isReadable(change, { method: "DELETE" }),
  ];
  await submit(change, body);
  return { isRead: answers.includes(true), isHeard: await isHeard(events) };
};
