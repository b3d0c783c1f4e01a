import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse } from "../../http/response.ts";
import { InvalidInput } from "../control/checked-input.ts";
import type { ApiRefusal } from "../produce/gateway-request.ts";
import { apiRefusal } from "../produce/gateway-request.ts";
import { gatewayError } from "../produce/produce-responses.ts";

/**
 * The list of topics is documented twice on one path, and which form the server gives is not known. `list`: the older
 * pages (https://api.ncloud-docs.com/docs/datastream-gettopic). `topics`: the pages of 24 November 2026
 * (https://api.ncloud-docs.com/docs/pub-data-stream-v1-topic-listtopics, both read 2026-11-30).
 */
export type TopicListForm = "list" | "topics";

/** A topic with the fields of the older pages. */
export type Topic = {
  readonly topicId: string;
  readonly topicName: string;
  readonly description: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly status: string;
  readonly tcpEndpoint: string;
  readonly createdDate: string;
  readonly updatedDate: string;
};

/** Parses STANDIN_TOPIC_LIST. */
export function parseTopicListForm(text: string | undefined): TopicListForm {
  if (text === undefined || text === "" || text === "list") {
    return "list";
  }
  if (text === "topics") {
    return "topics";
  }
  throw new InvalidInput("STANDIN_TOPIC_LIST must be list or topics");
}

export function listTopics(
  topics: readonly Topic[],
  search: URLSearchParams,
  form: TopicListForm,
): OutgoingResponse | ApiRefusal {
  const order = form === "list" ? toOrder(search) : toNewerOrder(search);
  if (typeof order === "string") {
    return apiRefusal(gatewayError(400, order), order, `Correct the query: ${order}.`);
  }
  const searchText = search.get("searchText") ?? "";
  const found = topics.filter(({ topicName, description }) =>
    [topicName, description].some((text) => text.includes(searchText)),
  );
  // Topics of one start share their date, so they keep the order of the settings.
  const ascending = order.isByName ? found.toSorted(byName) : found;
  const items = order.isDescending ? ascending.toReversed() : ascending;
  return jsonResponse(
    200,
    form === "list" ? { list: items.map(toListed) } : { topics: items.map(toNewer) },
  );
}

type Order = { readonly isByName: boolean; readonly isDescending: boolean };

/** Returns the order, or what is wrong with the query. */
function toOrder(search: URLSearchParams): Order | string {
  const sortBy = search.get("sortBy") ?? "createdDate";
  const descending = search.get("descending") ?? "true";
  if (sortBy !== "createdDate" && sortBy !== "topicName") {
    return "sortBy must be createdDate or topicName";
  }
  return descending === "true" || descending === "false"
    ? { isByName: sortBy === "topicName", isDescending: descending === "true" }
    : "descending must be true or false";
}

/** Reads the newer page's `sort=createdDateTime,desc`. */
function toNewerOrder(search: URLSearchParams): Order | string {
  const sort = search.get("sort") ?? "createdDateTime,desc";
  const [, field, direction] = /^(createdDateTime|topicName),(asc|desc)$/.exec(sort) ?? [];
  return field === undefined
    ? "sort must be createdDateTime or topicName, a comma, and asc or desc"
    : { isByName: field === "topicName", isDescending: direction === "desc" };
}

function byName(left: Topic, right: Topic): number {
  return left.topicName < right.topicName ? -1 : 1;
}

/** Returns an item of the list. The page of the list has `pinned` and no `updatedDate`. */
function toListed({ updatedDate: _, ...topic }: Topic) {
  return { ...topic, pinned: false };
}

/**
 * Returns a topic with the fields of the newer pages. We could not read their tables to the end, so fields behind
 * `status` are missing here, and an active topic has the older page's word.
 */
export function toNewer({ topicId, topicName, partitions, retentionMs, status }: Topic) {
  return {
    ...{ topicId, topicName, description: null, partitions },
    ...{ retentionMilliseconds: retentionMs, pinned: false, status },
  };
}
