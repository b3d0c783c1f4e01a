import { isUnknownObject, type UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import type { ManagementApi } from "../../api/management-api.ts";

/** Functions that read API Gateway's answers. Their forms are known from one export, so each field may be absent. */

const pagesMax = 20;
const pageItems = 100;
const itemsMax = pagesMax * pageItems;

/** Returns the objects of the first list that has one of these names, also one level below. */
export function listIn(answer: UnknownObject, names: readonly string[]): readonly UnknownObject[] {
  const places = [answer, ...Object.values(answer).filter(isUnknownObject)];
  const list = places.flatMap((place) => names.map((name) => place[name])).find(Array.isArray);
  const items: readonly unknown[] = list ?? [];
  return items.slice(0, itemsMax).filter(isUnknownObject);
}

/** Returns the object of this name, or the answer itself if it has none. */
export function objectOf(answer: UnknownObject, name: string): UnknownObject {
  const found = answer[name];
  return isUnknownObject(found) ? found : answer;
}

/** Returns an id or another text of a path. Ids have at most ten letters and digits; a longer one is taken, up to 50. */
export function idIn(object: UnknownObject, name: string): string | undefined {
  const value = object[name];
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^[A-Za-z0-9_-]{1,50}$/.test(text) ? text : undefined;
}

export function numberIn(object: UnknownObject, name: string): number | undefined {
  const value = object[name];
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** Returns the first of these fields that is a text. */
export function firstTextIn(object: UnknownObject, names: readonly string[]): string | undefined {
  return names.map((name) => object[name]).find((value) => typeof value === "string");
}

type Listing = {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The names that the list may have. */
  readonly names: readonly string[];
  /** The field that tells items apart. */
  readonly id: string;
};

export type Items = {
  readonly items: readonly UnknownObject[];
  /** False if the API says that there are more than it showed. */
  readonly isWhole: boolean;
};

/** Reads all pages of a list. A page may hold fewer items than were asked for; one that brings nothing new is the last. */
export async function readItems(
  { path, query = {}, names, id }: Listing,
  api: ManagementApi,
): Promise<Items> {
  const found = new Map<string, UnknownObject>();
  let total: number | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const before = found.size;
    const paging = { limit: String(pageItems), offset: String(before) };
    const answer = await api({ method: "GET", path, query: { ...query, ...paging } });
    addById(found, listIn(answer, names), id);
    total = totalOf(answer);
    if (found.size === before || found.size >= (total ?? 0)) {
      break;
    }
  }
  return { items: [...found.values()], isWhole: found.size >= (total ?? 0) };
}

function addById(
  found: Map<string, UnknownObject>,
  items: readonly UnknownObject[],
  id: string,
): void {
  for (const item of items) {
    const key = idIn(item, id);
    if (key !== undefined) {
      found.set(key, item);
    }
  }
}

function totalOf(answer: UnknownObject): number | undefined {
  const places = [answer, ...Object.values(answer).filter(isUnknownObject)];
  return places.map((place) => numberIn(place, "total")).find((value) => value !== undefined);
}
