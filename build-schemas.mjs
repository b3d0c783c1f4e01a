// Leaves code out of a bundle that the function can never run.
import { join } from "node:path";

/** Returns the plugins for a function with this source. `accepts`: the kind of call that it takes. */
export function createPlugins(source, accepts) {
  return [createSchemaPlugin(source), accepts === "http" ? noFailedEvents : unservedHttp];
}

/** Leaves out what reads failed events of Lambda, in a function that is called over HTTP only. */
const noFailedEvents = {
  name: "no-failed-events",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]adapters[\\/]failed-events\.ts$/ }, () => ({
      contents: "export const readFailedEvents = () => undefined, handleFailedEvents = undefined;",
    }));
  },
};

/** Leaves out what reads requests and makes responses, in a function that answers 404 to every request. */
const unservedHttp = {
  name: "unserved-http",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/http-re(?:quest|ply)\.ts$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, "http-unserved.ts"),
    }));
  },
};

/** Calls of the functions that take schemas, up to the first closing parenthesis. */
const calls = /\b(?:webhook|event)\([^)]*\)?/g;

/**
 * Creates the plugin that leaves out the code that checks schemas, if a function's source shows that it has none: every
 * call is `webhook()` or `event()`. A call of the code that is left out throws when the function starts.
 */
function createSchemaPlugin(source) {
  const found = source.match(calls) ?? [];
  const isWithout = found.length > 0 && found.every((call) => /^\w+\(\s*\)$/.test(call));
  return {
    name: "schemas",
    setup({ onLoad }) {
      if (isWithout) {
        onLoad({ filter: /[\\/]lib[\\/]triggers[\\/]schemas\.ts$/ }, () => ({
          contents: "export const withSchemas = null;",
        }));
      }
    },
  };
}

/** Files of zod's messages in other languages than English. Any one of them in a bundle means all of zod. */
const zodLocale = /(?:^|\/)node_modules\/zod\/v\d+\/locales\/(?!en\.|index\.)/;

/** Returns what to import instead of a form of a package that cannot be bundled in parts. */
export function findImportAdvice({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    ),
  );
  return files.some((file) => zodLocale.test(file))
    ? [
        'import { z } from "zod" bundles all of zod: write import * as z from "zod/mini", or import * as z from "zod"',
      ]
    : [];
}
