import type { HttpResponse } from "../../../../lib/effects/transport.ts";
import { isUnknownObject, type UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import { parseObject } from "../../../shared/parse-object.ts";
import { toPlainText } from "../../api/api-failure.ts";

export type Reply = {
  /** `own`: the function answered. `passing`: the same call can succeed later. `wrong`: it will not. */
  readonly kind: "own" | "passing" | "wrong";
  readonly status: number;
  /** The function's own body; empty unless `kind` is `own`. */
  readonly body: UnknownObject;
  readonly line: string;
};

const ownStatuses: readonly unknown[] = [
  ...["ok", "delivered", "stored", "ignored", "refused", "failed"],
];

/**
 * Tells the function's own reply from one of the gateway, of a proxy, and of Cloud Functions. The gateway's codes:
 * https://api.ncloud-docs.com/docs/ai-application-service-apigateway (read 2026-11-30). An API can change them, so the
 * status decides where there is no code.
 */
export function explainReply(response: HttpResponse, expectsNoBody: boolean): Reply {
  if (response.kind === "noResponse") {
    return reply("passing", 0, `no answer (${response.code})`);
  }
  const { status, body } = response;
  const parsed = parseObject(body) ?? {};
  if (ownStatuses.includes(parsed["status"])) {
    return { kind: "own", status, body: parsed, line: ownLine(status, parsed) };
  }
  if (expectsNoBody && body.trim() === "" && status !== 404 && status < 500) {
    return {
      kind: "own",
      status,
      body: {},
      line: `HTTP ${status} without a body, as replyBody says`,
    };
  }
  const code = codeIn(parsed);
  const what = `HTTP ${status}${code === "" ? "" : `, code ${code}`}`;
  if (/^\s*</.test(body)) {
    return reply(
      status >= 500 ? "passing" : "wrong",
      status,
      `${what}: HTML, so a proxy or a console answered, and not API Gateway`,
    );
  }
  return explain(status, code, what);
}

function ownLine(status: number, { reason }: UnknownObject): string {
  return `HTTP ${status} of the function${typeof reason === "string" ? `: ${toPlainText(reason)}` : ""}`;
}

function codeIn(parsed: UnknownObject): string {
  const { error } = parsed;
  const code = isUnknownObject(error) ? error["errorCode"] : undefined;
  return typeof code === "string" || typeof code === "number" ? toPlainText(code) : "";
}

type Explanation = { readonly kind: "passing" | "wrong"; readonly text: string };

const byStatus: Readonly<Record<number, Explanation>> = {
  202: {
    kind: "wrong",
    text: "the action was started and its reply not awaited: the trigger is of the Webhook type, or the wait for the action ended. Make it one of the HTTP type",
  },
  401: {
    kind: "wrong",
    text: "the gateway asks for an API key or a signature, which senders do not have: set API key and authentication of the method to none",
  },
  403: {
    kind: "wrong",
    text: "the gateway refuses the caller: look at the stage's allowed addresses, and at the method's authentication",
  },
  404: {
    kind: "passing",
    text: "the gateway does not know this path: the stage was not deployed with it, or not yet",
  },
  413: { kind: "wrong", text: "the body is too large for the gateway or the action" },
  429: { kind: "passing", text: "the gateway's usage plan or throttle is used up" },
  503: {
    kind: "passing",
    text: "the gateway does not reach the action: the method's end point is wrong, or the action is not there",
  },
  504: {
    kind: "wrong",
    text: "the gateway gave up waiting. The function may still end its work: look at the activation",
  },
};

function explain(status: number, code: string, what: string): Reply {
  const known = byStatus[status];
  if (known !== undefined) {
    return reply(known.kind, status, `${what}: ${known.text}`);
  }
  if (status === 502) {
    return reply("wrong", status, `${what}: the action failed. Its activation's log says why`);
  }
  const isPassing = status >= 500 && code !== "510";
  return reply(isPassing ? "passing" : "wrong", status, `${what}: not an answer of webhook`);
}

function reply(kind: "passing" | "wrong", status: number, line: string): Reply {
  return { kind, status, body: {}, line };
}
