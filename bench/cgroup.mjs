// Makes a memory cgroup, version 1 or 2, where the machine has one and this user may make it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const versions = [
  {
    parent: "/sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    peak: "memory.max_usage_in_bytes",
  },
  { parent: "/sys/fs/cgroup", limit: "memory.max", peak: "memory.peak", swap: "memory.swap.max" },
];

/** Returns undefined if there is no cgroup to be had. */
export function createCgroup(name, bytesMax) {
  for (const { parent, limit, peak, swap } of versions) {
    const folder = join(parent, `${name}-${process.pid}`);
    try {
      mkdirSync(folder);
      writeFileSync(join(folder, limit), String(bytesMax));
      if (swap !== undefined && existsSync(join(folder, swap))) {
        writeFileSync(join(folder, swap), "0");
      }
      return {
        processes: join(folder, "cgroup.procs"),
        peakBytes: () => Number(readFileSync(join(folder, peak), "utf8")),
        remove: () => removeFolder(folder),
      };
    } catch {
      removeFolder(folder);
    }
  }
  return undefined;
}

const cpuPeriodMicros = 100_000;

/** Makes a cgroup that gets a part of one core. Returns undefined if there is none to be had. */
export function createCpuCgroup(name, part) {
  const quota = Math.round(cpuPeriodMicros * part);
  const forms = [
    { parent: "/sys/fs/cgroup/cpu", file: "cpu.cfs_quota_us", text: String(quota) },
    { parent: "/sys/fs/cgroup", file: "cpu.max", text: `${quota} ${cpuPeriodMicros}` },
  ];
  for (const { parent, file, text } of forms) {
    const folder = join(parent, `${name}-${process.pid}`);
    try {
      mkdirSync(folder);
      writeFileSync(join(folder, file), text);
      return { processes: join(folder, "cgroup.procs"), remove: () => removeFolder(folder) };
    } catch {
      removeFolder(folder);
    }
  }
  return undefined;
}

/** A cgroup whose last process has only just ended may still be busy. It is empty and stays behind then. */
function removeFolder(folder) {
  try {
    rmdirSync(folder);
  } catch {}
}
