import type { LineRange, SymbolKind } from "../artifact.ts";

/** A named thing that a file defines, as the graph needs it. */
export interface Definition {
  readonly name: string;
  /** Enclosing names joined by ".", for sections by " > ". */
  readonly qualifiedName: string;
  readonly kind: SymbolKind;
  readonly lines: LineRange;
  /** Index in `definitions` of what encloses it; -1 at top level. */
  readonly parent: number;
  /** Whether other files can name it, by the language's own rules (`export`, a capital in Go, no leading underscore in Python, `pub`). */
  readonly exported: boolean;
  /** Whether it is a test case or a test function. */
  readonly test: boolean;
  /** What its own object is called inside it, where the language lets it be named: Go's receiver. Absent for none. */
  readonly self?: string;
}

/** `import { imported as local } from specifier`, in any language. */
export interface ImportFact {
  /** As written: `./a.ts`, `os.path`, `..sibling`, `example.com/x/y`, `crate::a`, `java.util.List`, `stdio.h`, `knowledge/v1/types.proto`. */
  readonly specifier: string;
  /** "*" stands for the whole module, "default" for its default export; empty for an import for its effects alone. */
  readonly names: readonly { readonly imported: string; readonly local: string }[];
  readonly lines: LineRange;
  /** Whether it hands on what it imports (`export … from`, `pub use`). */
  readonly reexport: boolean;
}

/**
 * How a name is mentioned. `call`, `reference`, `extends`, `implements` in code; `name` in a document's inline code;
 * `path` for a link or a path that a document or a configuration names.
 */
export const mentionKinds = ["call", "reference", "extends", "implements", "name", "path"] as const;
export type MentionKind = (typeof mentionKinds)[number];

export interface Mention {
  readonly kind: MentionKind;
  /** The last identifier: `run` of `this.pool.run`; the path for `path`. */
  readonly name: string;
  /** What stands before it, as written: `this.pool`; "" for none. */
  readonly qualifier: string;
  /** Index in `definitions` of the innermost definition it stands in; -1 for the file itself. */
  readonly from: number;
  readonly lines: LineRange;
}

/** A package that a manifest or a lock file names. */
export interface PackageFact {
  /** `npm`, `pypi`, `go`, `cargo`, `maven`, `nuget`, `gem`, `composer`. */
  readonly ecosystem: string;
  readonly name: string;
  /** As the file has it; "" for none. */
  readonly version: string;
  readonly lines: LineRange;
}

/** A line of a CODEOWNERS file. The last one that matches a path decides. */
export interface OwnerFact {
  readonly pattern: string;
  readonly owners: readonly string[];
  readonly lines: LineRange;
}

/**
 * What one file says of the graph, before anything outside it is known: a pure function of its path and bytes. All
 * lists are in line order.
 */
export interface GraphFacts {
  /** Package, module or namespace that the file says it is part of: Java, C#, PHP, Go and protobuf; "" for none. */
  readonly module: string;
  readonly definitions: readonly Definition[];
  readonly imports: readonly ImportFact[];
  /** Each kind, qualifier and name once in a definition, where it first stands. */
  readonly mentions: readonly Mention[];
  /** How many mentions of a file with very many were left out, past the parser's limit; absent for none. */
  readonly mentionsLeftOut?: number;
  readonly packages: readonly PackageFact[];
  readonly owners: readonly OwnerFact[];
  /**
   * What decides how others' imports are resolved, from manifests: `npm.name`, `go.module`, `cargo.name`,
   * `ts.baseUrl`, `ts.paths` (JSON), `proto.go_package`, … by name.
   */
  readonly settings: Readonly<Record<string, string>>;
}

export const noGraphFacts: GraphFacts = {
  module: "",
  definitions: [],
  imports: [],
  mentions: [],
  packages: [],
  owners: [],
  settings: {},
};
