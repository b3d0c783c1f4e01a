/** The part of a list that a request asks for. */
export type Window = {
  readonly pageSize: number;
  readonly pageNo: number;
  readonly startMs: number;
  readonly endMs: number;
};

/** "View the list of results from running an action for a month". */
const monthMs = 31 * 24 * 60 * 60_000;
const pageSizeDefault = 20;
/** NAVER Cloud's own limit is not documented. */
const pageSizeMax = 1_000;
const wholeNumber = /^\d{1,15}$/;
const koreanTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

/** Parses the query of a list. Times are epoch milliseconds, and in version 2.0 Korean time as text. */
export function parseWindow(
  search: URLSearchParams,
  { isText, nowMs }: { readonly isText: boolean; readonly nowMs: number },
): Window | undefined {
  const read = (name: string, otherwise: number, parse: (text: string) => number) => {
    const text = search.get(name);
    return text === null ? otherwise : parse(text);
  };
  const toTime = isText ? parseKoreanTime : parseWhole;
  const window = {
    pageSize: read("pageSize", pageSizeDefault, parseWhole),
    pageNo: read("pageNo", 1, parseWhole),
    startMs: Math.max(read("start", nowMs - monthMs, toTime), nowMs - monthMs),
    endMs: read("end", nowMs, toTime),
  };
  const isWhole = Object.values(window).every((value) => Number.isFinite(value));
  return isWhole && window.pageSize >= 1 && window.pageSize <= pageSizeMax && window.pageNo >= 1
    ? window
    : undefined;
}

function parseWhole(text: string): number {
  return wholeNumber.test(text) ? Number(text) : Number.NaN;
}

function parseKoreanTime(text: string): number {
  return koreanTime.test(text) ? Date.parse(`${text}+09:00`) : Number.NaN;
}
