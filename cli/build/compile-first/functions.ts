import { type AnyNode, type Function as FunctionNode, type Program, parse } from "acorn";
import type { OriginalCode } from "./source-map.ts";

/** Names of functions by module. */
export type FunctionNames = Readonly<Record<string, readonly string[]>>;

/** A function of a bundle. */
export type BundledFunction = {
  readonly node: FunctionNode;
  /** Its name in the sources after that of the function around it, as `createPool/take`. One without a name has a number. */
  readonly name: string;
  /** The path of its module from `lib/` on, without the ending; undefined for code of others. */
  readonly module: string | undefined;
  readonly outer: BundledFunction | undefined;
  /** Number of functions directly in it that have no name. */
  unnamed: number;
  /** True for `name() {}` in an object or a class, which is no expression of its own. */
  readonly isMethod: boolean;
  /** True if `this` or `arguments` mean another thing in an arrow function than they would in a function. */
  readsThis: boolean;
};

/** Finds all functions of a bundle, an outer one before those in it. */
export function findFunctions(code: string, original: OriginalCode) {
  const program: Program = parse(code, { ecmaVersion: 2024, allowReturnOutsideFunction: true });
  const functions: BundledFunction[] = [];
  const visit = (node: AnyNode, parent: AnyNode, outer: BundledFunction | undefined) => {
    markThis(node, outer);
    const inner = isFunction(node) ? describe(node, { parent, outer, original }) : outer;
    if (inner !== undefined && inner !== outer) {
      functions.push(inner);
    }
    for (const child of Object.values(node).flatMap(toNodes)) {
      visit(child, node, inner);
    }
  };
  visit(program, program, undefined);
  return { program, functions };
}

type Around = {
  readonly parent: AnyNode;
  readonly outer: BundledFunction | undefined;
  readonly original: OriginalCode;
};

function describe(node: FunctionNode, { parent, outer, original }: Around): BundledFunction {
  const isMethod =
    parent.type === "MethodDefinition" ||
    (parent.type === "Property" && (parent.method || parent.kind !== "init"));
  return {
    ...{ node, outer, isMethod, unnamed: 0, readsThis: false },
    name: toName(nameNode(node, parent), outer, original),
    module: toModule(original.sourceAt(node.start)),
  };
}

function isFunction(node: AnyNode): node is FunctionNode & AnyNode {
  return (
    node.type === "ArrowFunctionExpression" ||
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression"
  );
}

function toNodes(value: unknown): readonly AnyNode[] {
  if (Array.isArray(value)) {
    return value.filter(isNode);
  }
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Returns the node that names a function. */
function nameNode(node: FunctionNode, parent: AnyNode): AnyNode | null | undefined {
  if (parent.type === "VariableDeclarator") {
    return parent.id;
  }
  return parent.type === "Property" && parent.value === node ? parent.key : node.id;
}

function toName(
  id: AnyNode | null | undefined,
  outer: BundledFunction | undefined,
  { nameAt }: OriginalCode,
): string {
  const before = outer === undefined ? "" : `${outer.name}/`;
  if (id?.type === "Identifier") {
    return before + (nameAt(id.start) ?? id.name);
  }
  if (id?.type === "Literal") {
    return before + id.value;
  }
  // Outside of functions there is no order to count by: esbuild puts all modules into one file.
  return before + (outer === undefined ? "" : ++outer.unnamed);
}

/** `this` belongs to the next function that is no arrow function. */
function markThis(node: AnyNode, outer: BundledFunction | undefined): void {
  const { type } = node;
  const isThis =
    type === "ThisExpression" ||
    type === "Super" ||
    type === "MetaProperty" ||
    (type === "Identifier" && node.name === "arguments");
  for (let one = isThis ? outer : undefined; one !== undefined; one = one.outer) {
    one.readsThis = true;
    if (one.node.type !== "ArrowFunctionExpression") {
      return;
    }
  }
}

function toModule(source: string | undefined): string | undefined {
  return /^(?:.*\/)?(lib\/.+)\.[jt]s$/.exec(source ?? "")?.[1];
}
