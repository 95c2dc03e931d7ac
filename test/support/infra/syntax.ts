import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/**
 * Bicep by the grammar of tree-sitter-bicep, as WebAssembly: the compiler is not on every machine. The grammar
 * takes more than the compiler does; what a file means is looked at in the files beside this one.
 */
const WASM = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(readFileSync(WASM)));

export interface Syntax {
  readonly root: Node;
  /** `LINE:COLUMN: what is wrong there`. */
  readonly faults: readonly string[];
}

export function parse(text: string): Syntax {
  const root = parser.parse(text)?.rootNode;
  if (root === undefined) throw new Error('the parser gave no tree');
  return { root, faults: faultsOf(root) };
}

/** The grammar knows no assignment of a parameter file, which has the form of a variable. */
export function parseParameters(text: string): Syntax {
  return parse(text.replaceAll(/^param (?=\w+ =)/gm, 'var '));
}

function faultsOf(node: Node): string[] {
  if (node.isError || node.isMissing) {
    const { row, column } = node.startPosition;
    const what = node.isMissing ? `${node.type} is missing` : `unexpected ${node.text.slice(0, 40)}`;
    return [`${row + 1}:${column + 1}: ${what}`];
  }
  return node.hasError ? named(node, false).flatMap(faultsOf) : [];
}

/** Children, without those the grammar leaves open; all of them where tokens count. */
export function named(node: Node, onlyNamed = true): Node[] {
  const children = onlyNamed ? node.namedChildren : node.children;
  return children.filter((child) => child.type !== 'comment');
}

export function childOf(node: Node, ...types: readonly string[]): Node | undefined {
  return named(node).find(({ type }) => types.includes(type));
}

/** Text of a string without parts to fill in; undefined where it has some. */
export function literal(node: Node | undefined): string | undefined {
  if (node?.type !== 'string' || childOf(node, 'interpolation') !== undefined) return undefined;
  if (node.text.startsWith("'''")) return node.text.slice(3, -3).replace(/^\r?\n/, '');
  return node.text
    .slice(1, -1)
    .replaceAll(/\\(u\{([0-9a-fA-F]+)\}|.)/g, (_, sign: string, code?: string) =>
      code === undefined ? (ESCAPES[sign] ?? sign) : String.fromCodePoint(Number.parseInt(code, 16)),
    );
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
