import type { ComponentChildren } from "preact";
import { go, hrefOf } from "../frame/route.ts";
import { setFilter } from "../messages/shown-records.ts";
import { asNumber, asSize, counted, t } from "../text/language.ts";
import { type PartitionCounts, retentionOf, type TopicCounts } from "./topic-counts.ts";

export function TopicCard({ topic }: { readonly topic: TopicCounts }) {
  const { name, records, bytes, dropped, retentionMs, partitions } = topic;
  return (
    <section class="card topic-card" aria-label={name}>
      <header>
        <h3 class="name">
          <MessagesLink place={name}>{name}</MessagesLink>
        </h3>
        <dl class="sums">
          <Sum term={t("topics.records")} text={asNumber(records)} />
          <Sum term={t("topics.size")} text={asSize(bytes)} />
          <Sum term={t("topics.dropped")} text={asNumber(dropped)} />
          {retentionMs !== undefined && (
            <Sum term={t("topics.retention")} text={retentionText(retentionMs)} />
          )}
        </dl>
      </header>
      <PartitionTable name={name} partitions={partitions} records={records} />
    </section>
  );
}

type LinkProps = { readonly place: string; readonly children: ComponentChildren };

/** Leads to the messages of a topic, or of one of its partitions. */
function MessagesLink({ place, children }: LinkProps) {
  const href = `${hrefOf("messages")}?${new URLSearchParams({ in: place })}`;
  const open = (event: Event) => {
    event.preventDefault();
    go(href);
    setFilter({ search: "", place });
  };
  return (
    <a href={href} onClick={open}>
      {children}
    </a>
  );
}

function Sum({ term, text }: { readonly term: string; readonly text: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function retentionText(ms: number): string {
  const { unit, count } = retentionOf(ms);
  return t(count === 1 ? `topics.${unit}.one` : `topics.${unit}.other`, {
    count: asNumber(count, Number.isInteger(count) ? 0 : 1),
  });
}

type TableProps = Pick<TopicCounts, "name" | "partitions" | "records">;

function PartitionTable({ name, partitions, records }: TableProps) {
  return (
    <table class="partitions">
      <caption class="unseen">{counted("partitions", partitions.length)}</caption>
      <thead>
        <tr>
          <th scope="col">{t("topics.partition")}</th>
          <th scope="col" class="share">
            {t("topics.share")}
          </th>
          <th scope="col">{t("topics.records")}</th>
          <th scope="col">{t("topics.first")}</th>
          <th scope="col">{t("topics.next")}</th>
          <th scope="col">{t("topics.size")}</th>
          <th scope="col">{t("topics.dropped")}</th>
        </tr>
      </thead>
      <tbody>
        {partitions.map((partition) => (
          <Row key={partition.partition} {...{ name, partition, records }} />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = Pick<TopicCounts, "name" | "records"> & { readonly partition: PartitionCounts };

function Row({ name, partition, records }: RowProps) {
  const share = records === 0 ? 0 : (partition.records / records) * 100;
  return (
    <tr>
      <th scope="row" data-name={t("topics.partition")}>
        <MessagesLink place={`${name}/${partition.partition}`}>{partition.partition}</MessagesLink>
      </th>
      <td class="share">
        <svg class="bar-share" aria-hidden="true">
          <rect class="whole" width="100%" height="100%" rx="3" />
          {share > 0 && <rect class="part" width={`${share}%`} height="100%" rx="3" />}
        </svg>
        <span>{asNumber(share)} %</span>
      </td>
      <td data-name={t("topics.records")}>{asNumber(partition.records)}</td>
      <td data-name={t("topics.first")}>{asNumber(partition.first)}</td>
      <td data-name={t("topics.next")}>{asNumber(partition.next)}</td>
      <td data-name={t("topics.size")}>{asSize(partition.bytes)}</td>
      <td data-name={t("topics.dropped")}>{asNumber(partition.dropped)}</td>
    </tr>
  );
}
