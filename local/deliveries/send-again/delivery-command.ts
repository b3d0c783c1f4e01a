import { shellQuote } from "../../data-stream/control/curl-command.ts";
import { printableJson } from "../../data-stream/control/printable.ts";
import type { FunctionsConnection } from "../../functions/console/connection.ts";
import { readSources } from "../../functions/console/sources.ts";
import type { FunctionRequest } from "../../functions/host/function-call.ts";
import { withoutFraming } from "../../http/sent-headers.ts";
import type { KeptCall } from "../deliveries.ts";
import { type HideSecrets, hiddenText } from "../hide-secrets.ts";
import type { ShownRequest } from "../shown-body.ts";
import { isHiddenHeader } from "../shown-request.ts";
import { signAgain } from "./sign-again.ts";

export type CommandContext = {
  readonly connection: FunctionsConnection;
  readonly hide: HideSecrets;
  readonly hiddenNames: ReadonlySet<string>;
  readonly nowMs: number;
};

/** Linux takes no single argument of 128 KiB or more, and `printf` is part of the shell. */
const argumentBytesMax = 100_000;
const secretVariable = "WEBHOOK_SECRET";

/**
 * Returns a command that sends the call again. It holds no secret: a signature is made anew over the body as it is
 * shown, and for credentials the shell takes the secret from the variable WEBHOOK_SECRET.
 */
export function deliveryCommand({ call, delivery }: KeptCall, context: CommandContext): string {
  const { request: shown } = delivery;
  const { request } = call;
  return request === undefined || shown === null
    ? eventCommand(call.function, delivery.event, context.connection)
    : requestCommand({ request, shown, source: call.source }, context);
}

function eventCommand(name: string, event: unknown, connection: FunctionsConnection): string {
  return withBody(
    [
      "curl -sS -X POST",
      shellQuote(connection.invocationUrl(name)),
      header("content-type", "application/json"),
    ],
    { text: printableJson(event ?? {}), isBase64: false },
  );
}

type Shown = {
  readonly request: FunctionRequest;
  readonly shown: ShownRequest;
  readonly source: string | undefined;
};

function requestCommand(
  { request, shown, source }: Shown,
  { connection, hide, hiddenNames, nowMs }: CommandContext,
): string {
  const encoding = shown.bodyEncoding === "base64" ? "base64" : "utf8";
  const body = Buffer.from(shown.body, encoding);
  const again = signAgain({ ...request, body }, source, { connection, nowMs });
  const { proof } = again;
  const names = Object.keys(withoutFraming(shown.headers)).filter((name) => !(name in proof));
  const leftOut = names.filter(
    (name) => isHiddenHeader(name, hiddenNames) || shown.headers[name]?.includes(hiddenText),
  );
  const plain = names.filter((name) => !leftOut.includes(name));
  const secret = readSources(connection.settings).find(({ name }) => name === source)?.secret ?? "";
  const notes = [
    ...(again.unsigned === undefined ? [] : [again.unsigned]),
    ...(leftOut.length === 0 ? [] : [`Hidden headers are left out: ${leftOut.join(", ")}`]),
  ];
  const command = withBody(
    [
      `curl -sS -X ${shellQuote(request.method)}`,
      shellQuote(`${connection.webhookOrigin}${shown.path}`),
      ...plain.map((name) => header(name, shown.headers[name] ?? "")),
      ...Object.entries(proof).map(([name, value]) => proofHeader(name, value, { secret, hide })),
    ],
    { text: shown.body, isBase64: encoding === "base64" },
  );
  return [...notes.map((note) => `# ${note}`), command].join("\n");
}

type Hidden = { readonly secret: string; readonly hide: HideSecrets };

/** Writes a header that proves the sender. A credential becomes a variable of the shell. */
function proofHeader(name: string, value: string, { secret, hide }: Hidden): string {
  const encoded = Buffer.from(secret).toString("base64");
  const variable = `"$${secretVariable}"`;
  if (secret !== "" && value.includes(secret)) {
    return `-H ${shellQuote(`${name}: ${value.replace(secret, "")}`)}${variable}`;
  }
  if (secret !== "" && value.includes(encoded)) {
    const command = `"$(printf %s ${variable} | base64)"`;
    return `-H ${shellQuote(`${name}: ${value.replace(encoded, "")}`)}${command}`;
  }
  return header(name, hide.text(value));
}

function header(name: string, value: string): string {
  return `-H ${shellQuote(`${name}: ${value}`)}`;
}

type Body = { readonly text: string; readonly isBase64: boolean };

function withBody(parts: readonly string[], { text, isBase64 }: Body): string {
  const call = parts.join(" ");
  if (text === "") {
    return call;
  }
  if (isBase64) {
    return `printf '%s' ${shellQuote(text)} | base64 -d | ${call} --data-binary @-`;
  }
  return Buffer.byteLength(text) > argumentBytesMax
    ? `printf '%s' ${shellQuote(text)} | ${call} --data-binary @-`
    : `${call} --data-raw ${shellQuote(text)}`;
}
