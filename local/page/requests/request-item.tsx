import type { RequestEntry } from "../data/model.ts";
import { Badge } from "../parts/controls.tsx";
import { TextBlock } from "../parts/json-view.tsx";
import { timeInKorea, timeOfDay } from "../parts/time.ts";
import { visible } from "../parts/visible.ts";
import { t } from "../text/language.ts";
import { RecordLink } from "./record-link.tsx";

/** A request of the log. Its id is absent in the events of an older emulator. */
export type LoggedRequest = RequestEntry & { readonly id?: string };

const tones = { accepted: "good", refused: "bad", faulted: "warn" } as const;

export function keyOf(request: LoggedRequest): string {
  return request.id ?? JSON.stringify(request);
}

/** A request to the Data Stream API: its verdict, the record that it left, or why it was refused and what to do. */
export function RequestItem({ request }: { readonly request: LoggedRequest }) {
  const { at, method, path, status, verdict, reason } = request;
  return (
    <li class="request">
      <p class="request-line">
        <time class="time" title={timeInKorea(at)}>
          {timeOfDay(at)}
        </time>
        <Badge tone={tones[verdict]}>{t(`verdict.${verdict}`)}</Badge>
        <span class="status">{status === 0 ? t("requests.noResponse") : status}</span>
        <code>
          {method} {visible(path)}
        </code>
        <StoredAt request={request} />
        {reason && <span class="reason">{visible(reason)}</span>}
      </p>
      <Outcome request={request} />
    </li>
  );
}

function StoredAt({ request: { topic, partition, offset } }: { readonly request: LoggedRequest }) {
  return topic === undefined || partition === undefined || offset === undefined ? null : (
    <RecordLink place={{ topic, partition, offset }} />
  );
}

function Outcome({ request: { fix, diagnosis } }: { readonly request: LoggedRequest }) {
  const advice = fix ?? diagnosis?.fix;
  const { likelyMistake, expectedStringToSign } = diagnosis ?? {};
  return (
    <>
      {(likelyMistake || advice || expectedStringToSign) && (
        <dl class="advice">
          <Advice term={t("requests.mistake")} text={likelyMistake} />
          <Advice term={t("requests.fix")} text={advice} />
          {expectedStringToSign && (
            <div>
              <dt>{t("requests.expected")}</dt>
              <dd>
                <TextBlock label={t("requests.expected")}>
                  {visible(expectedStringToSign)}
                </TextBlock>
              </dd>
            </div>
          )}
        </dl>
      )}
    </>
  );
}

type AdviceProps = { readonly term: string; readonly text: string | undefined };

function Advice({ term, text }: AdviceProps) {
  return text ? (
    <div>
      <dt>{term}</dt>
      <dd>{visible(text)}</dd>
    </div>
  ) : null;
}
