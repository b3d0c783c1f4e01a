import { createProduce } from "../../lib/data-stream/produce.ts";
import { signatureHeaders } from "../../lib/data-stream/signature.ts";
import {
  createFitMessage,
  readTextParts,
  type SizedMessage,
} from "../../lib/delivery/fit-message.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import type { HttpRequest } from "../../lib/effects/transport.ts";
import type { Message, StreamRecord } from "../../lib/model/record.ts";
import type { Fault, Refusal } from "../../lib/model/result.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { createSigningClocks } from "../../lib/signing/clock-skew.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { toPage } from "../shared/page.ts";
import { UsageError } from "../shared/usage-error.ts";
import type { Input } from "./input/input.ts";
import { InputError } from "./input/input-error.ts";
import type { Window } from "./input/windows.ts";
import { type ProduceCommandContext, readWindows } from "./produce-many.ts";

type ShownRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

type DryRunContext = Pick<ProduceCommandContext, "config" | "effects" | "terminal"> & {
  readonly isJson: boolean;
};

/**
 * Shows the request of one message. Throws a UsageError if the message would be refused without being sent.
 */
export async function checkOne(record: StreamRecord, context: DryRunContext): Promise<ExitCode> {
  const sized = fitRecord(record, context.config);
  if (!("message" in sized)) {
    throw new UsageError(toProblem(sized));
  }
  if (sized.kind === "claim") {
    context.terminal.writeError("its data would go into CLAIM_CHECK_BUCKET first\n");
  }
  return writeRequest(
    await captureShownRequest(sized.message, context.config, context.effects),
    context,
  );
}

/** Reads every line, and shows the request of the first message. Throws a UsageError for a wrong line. */
export async function checkMany(
  input: Input,
  produceContext: ProduceCommandContext,
): Promise<ExitCode> {
  const { config, effects, terminal, options } = produceContext;
  let first: StreamRecord | undefined;
  let lines = 0;
  for await (const window of readWindows(input.chunks(), options.fromOffset ?? 0, produceContext)) {
    first ??= window.records[0]?.record;
    lines += window.records.length;
    const problem = findTooLarge(window, config) ?? window.problem;
    if (problem !== undefined) {
      throw new UsageError(problem.message, toPage("INPUT"));
    }
  }
  terminal.writeError(`${lines} lines are messages; this is the first one's request\n`);
  const context = { config, effects, terminal, isJson: options.json === true };
  return first === undefined ? writeRequest(undefined, context) : checkOne(first, context);
}

function findTooLarge({ records }: Window, config: Config): InputError | undefined {
  for (const { record, position } of records) {
    const sized = fitRecord(record, config);
    if (!("message" in sized)) {
      return new InputError(toProblem(sized), position);
    }
  }
  return undefined;
}

function fitRecord(record: StreamRecord, config: Config): SizedMessage {
  return createFitMessage(readTextParts, config)(record);
}

function toProblem({ code, reason }: Fault | Refusal): string {
  return `${code}: ${reason}`;
}

function writeRequest(
  request: ShownRequest | undefined,
  { terminal, isJson }: DryRunContext,
): ExitCode {
  if (isJson) {
    terminal.writeOut(`${JSON.stringify({ dryRun: true, request: request ?? null })}\n`);
  } else if (request !== undefined) {
    terminal.writeOut(toRequestText(request));
  }
  return exitCodes.ok;
}

const shownCharsMax = 6;
const shortened: readonly string[] = [signatureHeaders.accessKey, signatureHeaders.signature];

/** Captures the exact request that would be sent, with its secrets shortened. Nothing is sent. */
async function captureShownRequest(
  message: Message,
  config: Config,
  effects: Pick<Effects, "now">,
): Promise<ShownRequest | undefined> {
  let caught: HttpRequest | undefined;
  const transport: Effects["transport"] = async (request) => {
    caught = request;
    return {
      ...{ kind: "noResponse", sent: "never", cause: "connection" },
      ...{ code: "EDRYRUN", staleSocket: false },
    };
  };
  const clock = createSigningClocks(effects.now)();
  await createProduce(config, { transport, clock })(message, 1);
  return caught === undefined ? undefined : toShownRequest(caught);
}

function toShownRequest({ method, url, headers, body }: HttpRequest): ShownRequest {
  const shown: Record<string, string> = {};
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name = "", value = ""] = headers.slice(at, at + 2);
    shown[name] = shortened.includes(name) ? shorten(value) : value;
  }
  shown["content-length"] = String(Buffer.byteLength(body));
  return { method, url: url.href, headers: shown, body: String(body) };
}

/** Never shows more than a third of a secret, however short it is. */
function shorten(secret: string): string {
  return `${secret.slice(0, Math.min(shownCharsMax, Math.floor(secret.length / 3)))}…`;
}

function toRequestText({ method, url, headers, body }: ShownRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${url}`, ...lines].join("\n")}\n\n${body}\n`;
}
