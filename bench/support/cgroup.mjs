// Makes a cgroup with a limit of memory, and of processor time where it is asked for, version 1 or 2, where the machine has
// one and this user may make it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The length of a period of the processor's quota, as it is by default. */
const periodMicros = 100_000;

const versions = [
  {
    mark: "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    memory: "/sys/fs/cgroup/memory",
    processor: "/sys/fs/cgroup/cpu",
    limit: "memory.limit_in_bytes",
    peak: "memory.max_usage_in_bytes",
    quota: (cores) => ["cpu.cfs_quota_us", String(cores * periodMicros)],
  },
  {
    mark: "/sys/fs/cgroup/cgroup.controllers",
    memory: "/sys/fs/cgroup",
    processor: "/sys/fs/cgroup",
    limit: "memory.max",
    peak: "memory.peak",
    swap: "memory.swap.max",
    quota: (cores) => ["cpu.max", `${cores * periodMicros} ${periodMicros}`],
  },
];

/** Returns undefined if there is no cgroup to be had. `cores` is a share of one core; absent: all of the machine. */
export function createCgroup(name, bytesMax, cores) {
  const version = versions.find(({ mark }) => existsSync(mark));
  if (version === undefined) {
    return undefined;
  }
  const { memory, processor, limit, peak, swap, quota } = version;
  const folder = join(memory, `${name}-${process.pid}`);
  const quotaFolder = join(processor, `${name}-${process.pid}`);
  const folders = [...new Set(cores === undefined ? [folder] : [folder, quotaFolder])];
  try {
    for (const one of folders) {
      mkdirSync(one);
    }
    writeFileSync(join(folder, limit), String(bytesMax));
    if (swap !== undefined && existsSync(join(folder, swap))) {
      writeFileSync(join(folder, swap), "0");
    }
    if (cores !== undefined) {
      const [file, text] = quota(cores);
      writeFileSync(join(quotaFolder, file), text);
    }
    return {
      processes: join(folder, "cgroup.procs"),
      /** Puts a process that runs already into the cgroup. */
      add: (pid) => {
        for (const one of folders) {
          writeFileSync(join(one, "cgroup.procs"), String(pid));
        }
      },
      peakBytes: () => Number(readFileSync(join(folder, peak), "utf8")),
      remove: () => folders.forEach(removeFolder),
    };
  } catch {
    folders.forEach(removeFolder);
    return undefined;
  }
}

/** A cgroup whose last process has only just ended may still be busy. It is empty and stays behind then. */
function removeFolder(folder) {
  try {
    rmdirSync(folder);
  } catch {}
}
