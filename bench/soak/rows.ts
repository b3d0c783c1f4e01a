// Rows of the report on standard output.

export function printRow(name: string, text: string | number): void {
  console.log(`${name.padEnd(34)}${text}`);
}

export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
}
