import { codeBlocks, read } from "../documents/markdown.ts";

/** A runnable example of docs/package.md, and what it prints. */
export type Example = {
  readonly name: string;
  readonly code: string;
  /** The lines of the comment at its end. */
  readonly prints: string;
};

const exampleBlock = /^```js\n([\s\S]*?)((?:^\/\/ .*\n)+)```$/m;

export const examples: readonly Example[] = codeBlocks(read("docs/package.md"))
  .filter((block) => block.startsWith("```js"))
  .map((block, index) => {
    const [, code = "", comment = ""] = exampleBlock.exec(block) ?? [];
    const [, module = ""] = /from "datastream-relay\/?([^"]*)"/.exec(code) ?? [];
    const prints = comment.replaceAll(/^\/\/ /gm, "");
    return { name: `${index + 1} of ${module || "the functions"}`, code, prints };
  });

/** The examples in TypeScript: files of a project, which print nothing. */
export const typedExamples: readonly string[] = codeBlocks(read("docs/package.md"))
  .filter((block) => block.startsWith("```ts"))
  .map((block) => block.replaceAll(/^```.*$/gm, ""));

/** Turns the imports and exports of an example into those of a CommonJS file. */
export function toCommonJs(code: string): string {
  const body = code
    .replaceAll(/^import \{([^}]+)\} from ("[^"]+");$/gm, "const {$1} = await import($2);")
    .replaceAll(/^export /gm, "");
  return `(async () => {\n${body}})();\n`;
}
