import type { Definition, ImportFact } from "../../../domain/graph/mod.ts";
import type { Span } from "./captures.ts";
import type { Spelling } from "./read-name.ts";

/** An import as its statement has it; where it stands is known to who reads the tree. */
export type ImportedNames = Omit<ImportFact, "lines">;

/** What a file hands out apart from where it defines it. */
export interface HandOut {
  readonly at: number;
  /** Definitions of this file. */
  readonly names: readonly string[];
  /** Under which names, or of which other file. */
  readonly fact?: ImportedNames;
  /** Where it ends, for a statement that does nothing else: names inside mention nothing. */
  readonly end?: number;
  /** Where it ends, for a statement that declares what it hands out. */
  readonly declaresTo?: number;
}

/** A definition while its flags are still being found. */
export interface Candidate extends Omit<Definition, "lines" | "exported" | "test"> {
  /** Text from its start up to its name: modifiers, attributes, keywords. */
  readonly before: string;
  /** Text from its start, at most a few lines. */
  readonly head: string;
  /** Text before it on its line. */
  readonly lead: string;
  /** Lines above it that begin with a comment or an attribute, joined; "" for none. */
  above(): string;
  /** What encloses it in the file, hidden scopes (`impl`) included; undefined at top level. */
  readonly holder: Candidate | undefined;
  /** Whether a statement elsewhere hands it out, or one that declares it among others. */
  readonly handedOut: boolean;
  /** Whether what encloses it can be named by other files; true at top level. */
  readonly reachable: boolean;
}

/**
 * What the graph must know of one language. Its query captures by role:
 *
 * - `call`, `type`, `id`, `extends`, `implements`, `decorator`: the identifier that is mentioned. Qualifiers are read off
 *   the text before it. `id` is any identifier and yields a reference when it is worth one.
 * - `called`: the arguments of a call, which costs less to find than its parts: the name is read off the text before them.
 * - `token`: an identifier in text that the grammar leaves unparsed (Rust's macros): a call when "(" follows.
 * - `skip`: an identifier that mentions nothing. `local`: one that binds a name in the innermost `scope`.
 * - `base`: a base of a type, an interface by its name (`IThing`) or else a class.
 * - `derived`: an identifier in an attribute, which is a reference from what the attribute stands before.
 * - `scope`: what parameters and local variables live in.
 * - `import`: a statement for `imports`; `load`: a call's name, for `loaded`.
 * - `export`: a statement for `exportStatement`.
 */
export interface GraphLanguage {
  readonly query: string;
  /** Nodes that may be test cases with a title, looked at where `hasCases`. */
  readonly caseTypes?: readonly string[];
  hasCases?(text: string): boolean;
  /** Names of the language itself, mentioned everywhere and defined nowhere. */
  readonly builtins: ReadonlySet<string>;
  /** Whether lower-case names that the file doesn't bind may belong to other files of its package. */
  readonly packageScope?: boolean;
  /** How names are spelled where words and "$" don't do. */
  readonly spelling?: Spelling;
  /** Whether decorators stand inside what they decorate, as annotations do; else they come before it. */
  readonly annotations?: boolean;
  /** Reads a captured import statement. */
  imports(statement: string): readonly ImportedNames[];
  /** Reads a captured export statement; its end costs a call. */
  exportStatement?(text: string, start: number, end: () => number): HandOut | undefined;
  /** What a text hands out by other means. */
  handOuts?(text: string): readonly HandOut[];
  /** Calls that are for `loaded` as well, as a pattern. */
  readonly loaders?: RegExp;
  /** Reads `require("x")` and the like at an offset of the text. */
  loaded?(text: string, at: number): ImportedNames | undefined;
  /** Whether others can name it; asked only of what no function encloses. */
  exported(candidate: Candidate): boolean;
  isTest(candidate: Candidate, path: string): boolean;
  /** What a definition calls its own object, where it says so: Go's receivers. */
  selfName?(candidate: Candidate): string | undefined;
  /** Where the title stands of the test case that begins at `at`; undefined when none does. */
  caseTitle?(text: string, at: number): Span | undefined;
  /** The package or namespace that the file says it is part of. */
  module?(text: string): string;
}

export const noNames: ReadonlySet<string> = new Set();

export function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
