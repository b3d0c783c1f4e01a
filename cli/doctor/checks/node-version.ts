import { type Check, failed, ok } from "./check.ts";

const named = { check: "node" };

/** The minimum that `engines` of package.json states. */
const [majorMin, minorMin] = [20, 19];

/** Checks a version in the form of `process.versions.node`. */
export function checkNodeVersion(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin)
    ? ok(named, `${version}; NAVER Cloud Functions run on nodejs:22`)
    : failed(
        named,
        `${version} is older than ${majorMin}.${minorMin}`,
        `install Node ${majorMin}.${minorMin} or newer`,
      );
}
