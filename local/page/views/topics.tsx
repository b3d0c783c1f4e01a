import { useState } from "preact/hooks";
import { getJson } from "../data/api.ts";
import { refresh, topics } from "../data/state.ts";
import { hrefOf } from "../frame/route.ts";
import { Button, Empty, Loading } from "../parts/controls.tsx";

import { showNote, showProblem } from "../parts/toast.tsx";
import { asSize, counted, t } from "../text/language.ts";
import { Confirm } from "../topics/confirm.tsx";
import { TopicCard } from "../topics/topic-card.tsx";
import { sumOf, toCounts } from "../topics/topic-counts.ts";

export function Topics() {
  const [isAsking, setAsking] = useState(false);
  const described = topics.value;
  if (described === undefined) {
    return <Loading />;
  }
  const all = described.map(toCounts);
  const records = sumOf(all, "records");
  return (
    <section class="view topics">
      <header class="view-head">
        <div>
          <h2>{t("view.topics")}</h2>
          <p class="muted">
            {counted("records", records)} · {asSize(sumOf(all, "bytes"))}
          </p>
        </div>
        <Button disabled={records === 0} onClick={() => setAsking(true)}>
          {t("topics.empty")}
        </Button>
      </header>
      {all.length === 0 && (
        <Empty icon="topics" title={t("topics.none")} text={t("topics.noneText")} />
      )}
      {all.map((topic) => (
        <TopicCard key={topic.name} topic={topic} />
      ))}
      {records === 0 && all.length > 0 && (
        <Empty icon="messages" title={t("topics.noRecords")} text={t("topics.noRecordsText")}>
          <a class="button primary" href={hrefOf("send")}>
            {t("topics.send")}
          </a>
        </Empty>
      )}
      {isAsking && (
        <Confirm
          title={t("topics.emptyTitle")}
          text={t("topics.emptyText", { count: counted("records", records) })}
          action={t("topics.emptyNow")}
          onClose={() => setAsking(false)}
          onConfirm={() => emptyTopics().catch(showProblem)}
        />
      )}
    </section>
  );
}

async function emptyTopics(): Promise<void> {
  await getJson("/_/records", { method: "DELETE" });
  await refresh();
  showNote(t("topics.emptied"));
}
