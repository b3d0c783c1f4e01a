// The memory and open files of the hosts over time, and the verdict about their growth.
import { readdirSync, readFileSync } from "node:fs";
import type { Host } from "./host.ts";
import { elapsedMs, seconds } from "./options.ts";
import { quantile } from "./rows.ts";

export type Sample = { readonly atMs: number; readonly rssKib: number; readonly files: number };

const sampleEveryMs = 1_000;
const rssMibMax = 110;
/** Growth from the third fifth of the time to the last. A shorter run ends before the heap has found its size. */
const growthMibMax = 8;
const growthSecondsMin = 300;

export const isGrowthJudged = seconds >= growthSecondsMin;

/** Samples all hosts each second. `stop` returns the samples of each. */
export function watchMemory(hosts: readonly Host[]) {
  const samples = hosts.map(() => [] as Sample[]);
  const sample = () => {
    for (const [index, host] of hosts.entries()) {
      samples[index]?.push(sampleOf(host));
    }
  };
  const timer = setInterval(sample, sampleEveryMs);
  return {
    stop: (): readonly (readonly Sample[])[] => {
      clearInterval(timer);
      sample();
      return samples;
    },
  };
}

function sampleOf({ pid }: Host): Sample {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const rssKib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return { atMs: elapsedMs(), rssKib, files: readdirSync(`/proc/${pid}/fd`).length };
}

/** Lists the complaints about a host that took too much memory or still grew at the end. */
export function memoryProblems(name: string, samples: readonly Sample[]): readonly string[] {
  const mibs = samples.map(({ rssKib }) => rssKib / 1_024);
  const fifth = (from: number) =>
    quantile(mibs.slice((mibs.length * from) / 5, (mibs.length * (from + 1)) / 5), 0.5);
  const growth = fifth(4) - fifth(2);
  return [
    ...(Math.max(...mibs) > rssMibMax ? [`${name} took over ${rssMibMax} MiB`] : []),
    ...(isGrowthJudged && growth > growthMibMax
      ? [`${name} grew by ${growth.toFixed(1)} MiB`]
      : []),
  ];
}

/** The slope is that of the second half, when the heap has found its size. */
export function memoryText(samples: readonly Sample[]): string {
  const [first, last] = [samples.at(0), samples.at(-1)];
  const mib = (kib = 0) => (kib / 1_024).toFixed(1);
  const most = Math.max(...samples.map(({ rssKib }) => rssKib));
  const late = samples.slice(Math.floor(samples.length / 2));
  const points = late.map(({ atMs, rssKib }) => [atMs / 60_000, rssKib / 1_024] as const);
  return (
    `RSS ${mib(first?.rssKib)} → ${mib(last?.rssKib)} MiB, most ${mib(most)}, ` +
    `${slope(points).toFixed(2)} MiB/min in the second half; ` +
    `open files ${first?.files} → ${last?.files}`
  );
}

/** Computes the slope by least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
