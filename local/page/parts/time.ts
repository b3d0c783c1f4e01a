const koreaOffsetMs = 9 * 60 * 60 * 1000;

/** Writes a time in UTC+9, as NAVER Cloud's console does wherever its reader is. */
export function timeInKorea(ms: number): string {
  return new Date(ms + koreaOffsetMs).toISOString().slice(0, 23).replace("T", " ");
}

/** Writes the time of day, for lists. The full time belongs into the title. */
export function timeOfDay(ms: number): string {
  return timeInKorea(ms).slice(11);
}
