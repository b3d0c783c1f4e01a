import { join } from "node:path";
import type { Plugin } from "esbuild";

/** Returns the plugins that leave out code that a function can never run. `accepts` is the kind of call that it takes. */
export function createPlugins(source: string, accepts: string): Plugin[] {
  return [
    requiredOnce,
    createSchemaPlugin(source),
    accepts === "http" ? noFailedEvents : unservedHttp,
  ];
}

/**
 * Requires a module of Node.js once. esbuild writes a `require` for each file that imports one, and each takes Node.js some
 * 20 µs in a process that has just started.
 */
const requiredOnce: Plugin = {
  name: "required-once",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind, namespace }) =>
      kind === "import-statement" && namespace !== "required-once"
        ? { path, namespace: "required-once", sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /^/, namespace: "required-once" }, async ({ path }) => {
      const all = Object.keys((await import(path)) as object);
      const names = all.filter((name) => /^(?!default$)[\w$]+$/.test(name));
      // esbuild would copy the module's properties for a default that stands in the list.
      const whole = `/* @__PURE__ */ process.getBuiltinModule("${path}")`;
      return { contents: `export { ${names} } from "${path}"; export default ${whole};` };
    });
  },
};

/** Leaves out what reads failed events of Lambda, in a function that is called over HTTP only. */
const noFailedEvents: Plugin = {
  name: "no-failed-events",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]adapters[\\/]failed-events\.[tj]s$/ }, () => ({
      contents: "export const readFailedEvents = () => undefined, handleFailedEvents = undefined;",
    }));
  },
};

/**
 * Leaves out what reads requests and makes responses, in a function that answers 404 to every request. The package has our
 * modules as JavaScript.
 */
const unservedHttp: Plugin = {
  name: "unserved-http",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/http-re(?:quest|ply)\.[tj]s$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, `http-unserved${path.slice(-3)}`),
    }));
  },
};

/** Calls of the functions that take schemas, up to the first closing parenthesis. */
const calls = /\b(?:webhook|event)\([^)]*\)?/g;

/**
 * Creates the plugin that leaves out the code that checks schemas, if a function's source shows that it has none: every
 * call is `webhook()` or `event()`. A call of the code that is left out throws when the function starts.
 */
function createSchemaPlugin(source: string): Plugin {
  const found = source.match(calls) ?? [];
  const isWithout = found.length > 0 && found.every((call) => /^\w+\(\s*\)$/.test(call));
  return {
    name: "schemas",
    setup({ onLoad }) {
      if (isWithout) {
        onLoad({ filter: /[\\/]lib[\\/]triggers[\\/]schemas\.[tj]s$/ }, () => ({
          contents: "export const withSchemas = null;",
        }));
      }
    },
  };
}
