import { type Check, failed, ok } from "./check.ts";

const named = { check: "node" };

/** `engines` of package.json. */
const [majorMin, minorMin] = [20, 19];

/** The version as `process.versions.node` has it. */
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
