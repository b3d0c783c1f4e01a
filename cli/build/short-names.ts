import type { BuildOptions } from "esbuild";

/** Functions that an artifact names often. None of them needs its object as `this`, and none is replaced while it runs. */
const functions = [
  "Array.isArray",
  "Buffer.byteLength",
  "Buffer.concat",
  "Buffer.from",
  "JSON.stringify",
  "Math.max",
  "Math.min",
  "Number",
  "Object.assign",
  "Object.entries",
  "Object.fromEntries",
  "Object.hasOwn",
  "Object.keys",
  "Promise",
  "String",
];

const shorts = functions.map((name, index) => [name, `$${index.toString(36)}`] as const);

/**
 * Writes a variable of one or two characters for `undefined`, which is `void 0` when it is minified, and for these functions.
 * See docs/decisions/0068-where-the-bytes-are.md.
 */
export const shortNames = {
  define: { undefined: "$", ...Object.fromEntries(shorts) },
  banner: { js: `var $,${shorts.map(([name, short]) => `${short}=${name}`).join()};` },
} satisfies BuildOptions;
