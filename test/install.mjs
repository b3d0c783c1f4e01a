// Installs what only tests need (test/package.json) unless exactly that is installed already.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";

const lock = "test/package-lock.json";
/** A copy of the lock file that the installed packages came from. */
const installed = "test/node_modules/.installed-lock.json";

const isInstalled = existsSync(installed) && readFileSync(installed).equals(readFileSync(lock));
if (!isInstalled) {
  const npm = ["ci", "--prefix", "test", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", npm, {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
  copyFileSync(lock, installed);
}
