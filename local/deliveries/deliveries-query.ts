import { InvalidInput } from "../data-stream/control/checked-input.ts";
import {
  checkParameters,
  integerParameter,
  wordParameter,
} from "../data-stream/control/query-parameters.ts";
import { toListed } from "./deliveries.ts";
import { type Delivery, type Outcome, outcomes } from "./delivery.ts";

export type DeliveriesQuery = {
  readonly function: string | null;
  readonly source: string | null;
  readonly outcome: Outcome | undefined;
  /** The id of the delivery that the list begins after. */
  readonly after: string | null;
  readonly limit: number;
};

const limitDefault = 100;
const limitMax = 1000;
/** Bodies are cut, and there may still be many, so a response stops at this size. */
const responseCharactersMax = 16 * 1024 * 1024;

export function parseDeliveriesQuery(search: URLSearchParams): DeliveriesQuery {
  checkParameters(search, ["function", "source", "outcome", "after", "limit"]);
  return {
    function: search.get("function"),
    source: search.get("source"),
    outcome: wordParameter(search, "outcome", outcomes),
    after: search.get("after"),
    limit: integerParameter(search, "limit", { min: 1, max: limitMax }) ?? limitDefault,
  };
}

/** Lists deliveries, the newest first. With `after` it lists the ones that are newer than that, the oldest first. */
export function listDeliveries(
  newestFirst: readonly Delivery[],
  query: DeliveriesQuery,
): readonly Delivery[] {
  const listed: Delivery[] = [];
  let characters = 0;
  for (const delivery of candidates(newestFirst, query.after)) {
    if (listed.length === query.limit) {
      break;
    }
    if (isMatch(delivery, query)) {
      const shown = toListed(delivery);
      characters += JSON.stringify(shown).length;
      if (characters > responseCharactersMax && listed.length > 0) {
        break;
      }
      listed.push(shown);
    }
  }
  return listed;
}

function candidates(newestFirst: readonly Delivery[], after: string | null): readonly Delivery[] {
  if (after === null) {
    return newestFirst;
  }
  const index = newestFirst.findIndex(({ id }) => id === after);
  if (index === -1) {
    throw new InvalidInput("after must be the id of a delivery that is kept");
  }
  return newestFirst.slice(0, index).reverse();
}

function isMatch(delivery: Delivery, query: DeliveriesQuery): boolean {
  return (
    (query.function === null || delivery.function === query.function) &&
    (query.source === null || delivery.source === query.source) &&
    (query.outcome === undefined || delivery.outcome === query.outcome)
  );
}
