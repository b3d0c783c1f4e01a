import { OutcomeBadge } from "../deliveries/outcome-badge.tsx";
import { hrefOf } from "../frame/route.ts";
import { Badge } from "../parts/controls.tsx";
import { JsonView, TextBlock } from "../parts/json-view.tsx";
import { visible } from "../parts/visible.ts";
import { RecordLinks } from "../requests/record-link.tsx";
import { keyOf, RequestItem } from "../requests/request-item.tsx";
import { asNumber, t } from "../text/language.ts";
import { showHeaders } from "./header-lines.ts";
import type { Result } from "./result.ts";

/** Shows the result of the last event that was sent: the reply, and the messages that it left. */
export function ResultView({ result }: { readonly result: Result | string }) {
  if (typeof result === "string") {
    return (
      <section class="send-result" aria-label={t("send.result")}>
        <p role="status" class="problem">
          {visible(result)}
        </p>
      </section>
    );
  }
  return (
    <section class="send-result" aria-label={t("send.result")}>
      <div role="status">
        <Summary result={result} />
        <Records result={result} />
      </div>
      <Details result={result} />
    </section>
  );
}

function Summary({ result: { reply, delivery } }: { readonly result: Result }) {
  const { status, tookMs } = reply;
  const isGood = status >= 200 && status < 300;
  return (
    <>
      <p class="send-summary">
        {delivery === undefined ? (
          <Badge tone={isGood ? "good" : "bad"}>{status}</Badge>
        ) : (
          <>
            <OutcomeBadge delivery={delivery} />
            <b>{status}</b>
          </>
        )}
        <span>{t("send.took", { ms: asNumber(tookMs) })}</span>
        {delivery && <a href={hrefOf("deliveries", delivery.id)}>{t("send.call")}</a>}
      </p>
      {delivery && <p>{visible(delivery.reason)}</p>}
    </>
  );
}

function Records({ result: { records, isWaiting } }: { readonly result: Result }) {
  if (records.length === 0) {
    return <p class="muted">{t(isWaiting ? "send.waiting" : "send.noRecord")}</p>;
  }
  return <RecordLinks cursors={records} />;
}

function Details({ result: { sent, reply, requests } }: { readonly result: Result }) {
  return (
    <details>
      <summary>{t("send.details")}</summary>
      <div class="send-details">
        <h3>{t("send.reply")}</h3>
        <JsonView text={reply.body.trimEnd()} label={t("send.reply")} />
        <h3>{t("send.replyHeaders")}</h3>
        <TextBlock label={t("send.replyHeaders")}>{visible(showHeaders(reply.headers))}</TextBlock>
        {requests.length > 0 && (
          <>
            <h3>{t("send.requests")}</h3>
            <ul class="request-list">
              {requests.map((request) => (
                <RequestItem key={keyOf(request)} request={request} />
              ))}
            </ul>
          </>
        )}
        <h3>{t("send.sent")}</h3>
        <TextBlock label={t("send.sent")}>
          {visible(`${sent.method} ${sent.url}\n${showHeaders(sent.headers)}\n\n${sent.body}`)}
        </TextBlock>
      </div>
    </details>
  );
}
