import type { Node } from "web-tree-sitter";
import type { SymbolKind } from "../../domain/mod.ts";

/** What a rule may ask about the place of a node. */
export interface Place {
  readonly text: string;
  /** Offset at which the parent node begins. */
  readonly parentStart: number;
  /** Kind of the enclosing definition; "" at top level. */
  readonly scope: SymbolKind | "";
  /** Whether a function or method encloses it. */
  readonly inFunction: boolean;
}

export interface Named {
  readonly name: string;
  /** Set when it differs from the enclosing names joined to `name`: a receiver's type, `Foo::bar`. */
  readonly qualifier?: string;
  readonly kind: SymbolKind;
  /** Encloses others by name and is no symbol: `impl Foo`. */
  readonly hidden?: boolean;
}

/** Names the definition that a node makes, or says that it makes none. */
export type Rule = (node: Node, place: Place) => Named | undefined;

/** One language: its grammar and which of its nodes define what. Facts for the graph will stand beside these. */
export interface LanguageSpec {
  /** Names by which `languageOf` calls it; "tsx" is ours, for TypeScript with markup. */
  readonly names: readonly string[];
  /** File name of the grammar, without "tree-sitter-" and ".wasm". */
  readonly grammar: string;
  readonly rules: ReadonlyMap<string, Rule>;
  /** Nodes that end a definition's header. */
  readonly bodies: readonly string[];
  /** Comments and attributes: what stands before a definition and belongs to it. */
  readonly leading: readonly string[];
  /** Nodes that wrap a definition, which are entered even on one line. */
  readonly wrappers: readonly string[];
  /** Nodes never entered. */
  readonly leaves: readonly string[];
  /** Whether a definition's first statement may be its documentation. */
  readonly docstrings?: boolean;
}

export function textOf(node: Node | null, place: Place): string {
  return node === null ? "" : place.text.slice(node.startIndex, node.endIndex);
}

/** A rule for nodes with a `name` field; functions inside types are methods. */
export function named(kind: SymbolKind, field = "name"): Rule {
  return (node, place) => {
    const name = textOf(node.childForFieldName(field), place);
    return name === "" ? undefined : { name, kind: kind === "function" ? functionKind(place) : kind };
  };
}

const typeKinds: ReadonlySet<string> = new Set(["class", "interface", "struct", "enum", "type"]);

export function functionKind(place: Place): SymbolKind {
  return typeKinds.has(place.scope) ? "method" : "function";
}

export function ruleTable(rules: Readonly<Record<string, Rule>>): ReadonlyMap<string, Rule> {
  return new Map(Object.entries(rules));
}
