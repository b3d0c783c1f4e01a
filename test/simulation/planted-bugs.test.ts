import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { expect, test } from "vitest";
import type { Product } from "./product.ts";
import { simulate } from "./simulate.ts";

/** A mistake that is planted into a copy of `lib/`. */
type Bug = {
  readonly name: string;
  /** Each text occurs once, in exactly one file. */
  readonly changes: readonly (readonly [right: string, wrong: string])[];
  /** The invariant that has to find the mistake. */
  readonly breaks: string;
};

const bugs: readonly Bug[] = [
  {
    name: "a record counts as delivered before it is acknowledged",
    changes: [
      [
        "RecordResult[] = records.map(() => notAttempted);",
        'RecordResult[] = records.map(() => ({ kind: "delivered" }));',
      ],
      [
        "await Promise.all(toKeyQueues(records).map(runKeyQueue));",
        "void toKeyQueues(records).map(runKeyQueue);",
      ],
    ],
    breaks: "delivered",
  },
  {
    name: "a retry is sent with the signature of the first attempt",
    changes: [
      [
        "  const sign = createSigner(account.keys, url.host);",
        "  const sign = createSigner(account.keys, url.host);\n  let first: SigningTime | undefined;",
      ],
      [
        "const body = toProduceBody(message);\n    const signingTime = clock.time();",
        "const body = toProduceBody(message);\n    first ??= clock.time();\n    const signingTime = first;",
      ],
    ],
    breaks: "signed",
  },
  {
    name: "a record that failed is overtaken by the next one of its key",
    changes: [
      [
        "index = isStopping(ending, record) ? undefined : indexes.shift();",
        "index = indexes.shift();",
      ],
    ],
    breaks: "order",
  },
  {
    name: "a dead letter is removed before it is acknowledged",
    changes: [
      [
        "  return { removal: ended.then(() => finishObject(progress, run)) };",
        "  void run.deletions.remove(object.name);\n  return { removal: ended.then(() => finishObject(progress, run)) };",
      ],
    ],
    breaks: "removed",
  },
  {
    name: "dead letters of a newer object are sent before those of an older one",
    changes: [["const first = ahead.shift();", "const first = ahead.pop();"]],
    breaks: "objects",
  },
  {
    name: "the listing's own order is taken for the order of time",
    changes: [["a.atMs - b.atMs || compareTexts(a.object.name, b.object.name)", "0"]],
    breaks: "objects",
  },
  {
    name: "redrive reports that nothing is left although something is",
    changes: [["left === undefined ? undefined : ageOf(left[0], run)", "0"]],
    breaks: "age",
  },
  {
    name: "a listing that ends too soon is taken for a complete one",
    changes: [
      ["return isByName(from) ? byNames : complete;", "return complete;"],
      ["if (isStuck(page, listing)) {", "if (isStuck(page, listing)) {\n    return complete;"],
    ],
    breaks: "age",
  },
  {
    name: "an empty 2xx counts as an acknowledgement",
    changes: [['reply !== undefined && isGood(reply, "");', 'isGood(reply ?? {}, "200");']],
    breaks: "delivered",
  },
  {
    name: "a proxy's 400 refuses a record for good",
    changes: [
      [
        "isFinal(status) && !isOwnRefusal(response) ? toForeign(response) : fromRejection(response)",
        "fromRejection(response)",
      ],
    ],
    breaks: "stored",
  },
  {
    name: "a refused record is not set aside and counts as stored",
    changes: [["lines.length === 0", 'lines.length === 0 || folder === "setAside"']],
    breaks: "stored",
  },
  {
    name: "an attempt is made however little time is left",
    changes: [["return leftMs < attemptMsMin ? 0 : leftMs;", "return Math.max(leftMs, 3_000);"]],
    breaks: "deadline",
  },
];

const seedsMax = 300;
const here = fileURLToPath(new URL(".", import.meta.url));

function plant({ changes }: Bug, planted: string[]): Plugin {
  return {
    name: "plant",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\/lib\/.*\.ts$/ }, async ({ path }) => {
        let contents = await readFile(path, "utf8");
        for (const [right, wrong] of changes) {
          const parts = contents.split(right);
          planted.push(...parts.slice(1).map(() => right));
          contents = parts.join(wrong);
        }
        return { contents, loader: "ts" };
      });
    },
  };
}

/** Bundles a copy of the product with the mistake in it. */
async function buildWith(bug: Bug): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), "planted-"));
  const outfile = join(folder, "product.mjs");
  const planted: string[] = [];
  try {
    await build({
      ...{ entryPoints: [join(here, "product.ts")], outfile, plugins: [plant(bug, planted)] },
      ...{ bundle: true, format: "esm", platform: "node", logLevel: "error" },
    });
    expect(planted).toHaveLength(bug.changes.length);
    expect(new Set(planted)).toEqual(new Set(bug.changes.map(([right]) => right)));
    const loaded: { readonly product: Product } = await import(
      /* @vite-ignore */ pathToFileURL(outfile).href
    );
    return loaded.product;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function findSeed(product: Product, { breaks }: Bug): Promise<number | undefined> {
  for (let seed = 0; seed < seedsMax; seed += 1) {
    const { violations } = await simulate(product, seed);
    if (violations.some((text) => text.startsWith(`${breaks}: `))) {
      return seed;
    }
  }
  return undefined;
}

test.for(bugs)(
  "the simulation finds a planted mistake within a few seeds: $name",
  { timeout: 180_000 },
  async (bug) => {
    const seed = await findSeed(await buildWith(bug), bug);
    console.log(`${bug.name}: ${bug.breaks}, seed ${seed}`);
    expect(seed).toBeLessThan(seedsMax);
  },
);
