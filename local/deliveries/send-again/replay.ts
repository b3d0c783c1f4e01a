import type { FunctionsConnection } from "../../functions/console/connection.ts";
import { type RequestToSend, sendRequest } from "../../functions/console/send-request.ts";
import type { FunctionRequest } from "../../functions/host/function-call.ts";
import { type KeptCall, replayHeader } from "../deliveries.ts";
import type { Delivery } from "../delivery.ts";
import type { HideSecrets } from "../hide-secrets.ts";
import type { ShownReply, ShownRequest } from "../shown-body.ts";
import { showReply, showRequest } from "../shown-request.ts";
import { editEvent, editRequest } from "./edit-call.ts";
import { signAgain } from "./sign-again.ts";

export type ReplayContext = {
  readonly connection: FunctionsConnection;
  readonly hide: HideSecrets;
  readonly hiddenNames: ReadonlySet<string>;
  readonly nowMs: number;
  readonly newestFirst: () => readonly Delivery[];
};

export type Replayed = {
  /** The id of the new delivery, if it is known. */
  readonly id: string | null;
  readonly signed: boolean;
  /** Why nothing was signed. */
  readonly note: string | null;
  readonly sent: ShownRequest | { readonly function: string; readonly event: unknown };
  readonly reply: ShownReply;
};

/** Runs a call once more. A request is signed anew. `asked` may hold other headers, another body or another event. */
export async function replay(
  kept: KeptCall,
  asked: unknown,
  context: ReplayContext,
): Promise<Replayed> {
  const { request } = kept.call;
  return request === undefined
    ? replayEvent(kept, editEvent(kept, asked), context)
    : replayRequest(kept, editRequest(kept, request, asked), context);
}

async function replayRequest(
  { call }: KeptCall,
  request: FunctionRequest,
  { connection, hide, hiddenNames, nowMs, newestFirst }: ReplayContext,
): Promise<Replayed> {
  const again = signAgain(request, call.source, { connection, nowMs });
  const { headers } = again.request;
  const reply = await send(
    { ...again.request, headers: { ...headers, [replayHeader]: call.id } },
    hide,
  );
  const names = new Set([...hiddenNames, ...Object.keys(again.proof)]);
  return {
    id: newestFirst().find(({ replayOf }) => replayOf === call.id)?.id ?? null,
    signed: again.unsigned === undefined,
    note: again.unsigned ?? null,
    sent: showRequest({ ...request, headers }, hide, names),
    reply,
  };
}

async function replayEvent(
  { call: { function: name } }: KeptCall,
  event: unknown,
  { connection, hide, newestFirst }: ReplayContext,
): Promise<Replayed> {
  const newest = () => newestFirst().find((delivery) => delivery.function === name)?.id;
  const before = newest();
  const reply = await send(
    {
      method: "POST",
      url: connection.invocationUrl(name),
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
    },
    hide,
  );
  const after = newest();
  return {
    id: after === undefined || after === before ? null : after,
    signed: false,
    note: null,
    sent: { function: name, event: hide.json(event) },
    reply,
  };
}

async function send(request: RequestToSend, hide: HideSecrets): Promise<ShownReply> {
  const { status, headers, body } = await sendRequest(request);
  return showReply({ status, headers, body: Buffer.from(body) }, hide);
}
