import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const query = `
(call_expression function: [(identifier) @call (field_expression field: (field_identifier) @call)
  (scoped_identifier name: (identifier) @call)
  (generic_function function: [(identifier) @call (field_expression field: (field_identifier) @call)
    (scoped_identifier name: (identifier) @call)])])
(macro_invocation macro: [(identifier) @call (scoped_identifier name: (identifier) @call)])
(token_tree (identifier) @token)
(attribute (identifier) @skip)
(attribute arguments: (token_tree (identifier) @derived))
(trait_item bounds: (trait_bounds [(type_identifier) @extends (scoped_type_identifier name: (type_identifier) @extends)
  (generic_type type: [(type_identifier) @extends (scoped_type_identifier name: (type_identifier) @extends)])]))
(impl_item trait: [(type_identifier) @implements (scoped_type_identifier name: (type_identifier) @implements)
  (generic_type type: [(type_identifier) @implements (scoped_type_identifier name: (type_identifier) @implements)])])
(type_identifier) @type
(scoped_identifier name: (identifier) @type)
(identifier) @id
[(function_item) (function_signature_item) (closure_expression) (struct_item) (enum_item) (union_item) (impl_item)
 (trait_item) (type_item) (match_arm) (for_expression)] @scope
(parameter pattern: (identifier) @local)
(let_declaration pattern: (identifier) @local)
(closure_parameters (identifier) @local)
(for_expression pattern: (identifier) @local)
(tuple_pattern (identifier) @local)
(slice_pattern (identifier) @local)
(tuple_struct_pattern type: (_) (identifier) @local)
(match_pattern (identifier) @local (#match? @local "^[a-z_]"))
(let_condition pattern: (identifier) @local)
(captured_pattern (identifier) @local)
(mut_pattern (identifier) @local)
(ref_pattern (identifier) @local)
(reference_pattern (identifier) @local)
(field_pattern name: (shorthand_field_identifier) @local)
(type_parameter name: (type_identifier) @local)
(const_parameter name: (identifier) @local)
(associated_type name: (type_identifier) @local)
(type_binding name: (type_identifier) @skip)
(enum_variant name: (identifier) @skip)
[(use_declaration) (extern_crate_declaration)] @import
(mod_item !body) @import
`;

const builtins = words(`
Box Clone Copy Debug Default Drop Eq Err Fn FnMut FnOnce From Hash Into Iterator None Ok Option Ord PartialEq PartialOrd
Result Self Send Sized Some String Sync ToString Vec assert assert_eq assert_ne cfg compile_error concat dbg
debug_assert debug_assert_eq derive env eprint eprintln file format include_bytes include_str line macro_rules matches
panic print println self stringify todo unimplemented unreachable vec write writeln drop`);

/** `use`, `extern crate`, and `mod x;`, which is read as `self::x`. */
function imports(statement: string): ImportedNames[] {
  const text = statement.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "");
  const reexport = /^\s*pub\b/.test(text);
  const module = /\bmod\s+(\w+)\s*;/.exec(text)?.[1];
  if (module !== undefined) {
    return [{ specifier: `self::${module}`, names: [{ imported: "*", local: module }], reexport }];
  }
  const crate = /\bextern\s+crate\s+(\w+)(?:\s+as\s+(\w+))?/.exec(text);
  if (crate !== null) {
    const local = crate[2] ?? crate[1]!;
    return [{ specifier: crate[1]!, names: [{ imported: "*", local }], reexport }];
  }
  const tree = /\buse\s+([^;]*)/.exec(text)?.[1] ?? "";
  const found = new Map<string, { imported: string; local: string }[]>();
  spread("", tree.replace(/\s+/g, " ").trim(), found, 0);
  return [...found].map(([specifier, names]) => ({ specifier, names, reexport }));
}

/** Walks `a::{b, c::{self, d as e}, f::*}` and files each leaf under its path. */
function spread(
  path: string,
  tree: string,
  found: Map<string, { imported: string; local: string }[]>,
  depth: number,
): void {
  if (depth > 16) return;
  const brace = tree.indexOf("{");
  if (brace >= 0) {
    const inner = tree.slice(brace + 1, tree.lastIndexOf("}") < brace ? undefined : tree.lastIndexOf("}"));
    const outer = joined(path, tree.slice(0, brace).trim().replace(/::$/, ""));
    for (const part of atCommas(inner)) spread(outer, part, found, depth + 1);
    return;
  }
  const [whole = "", alias] = tree.split(" as ").map((part) => part.trim());
  if (!/^[\w:*# ]+$/.test(whole)) return;
  const full = whole === "self" ? path : joined(path, whole.replaceAll(" ", ""));
  const cut = full.lastIndexOf("::");
  const last = cut < 0 ? full : full.slice(cut + 2);
  if (last === "") return;
  const module = whole === "self" || cut < 0;
  const specifier = module ? full : full.slice(0, cut);
  const names = found.get(specifier) ?? [];
  found.set(specifier, names);
  if (alias === "_") return;
  names.push({ imported: module ? "*" : last, local: alias ?? last });
}

function joined(path: string, rest: string): string {
  return path === "" || rest === "" ? path + rest : `${path}::${rest}`;
}

function atCommas(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= list.length; at += 1) {
    const char = list[at];
    if (char === "{") depth += 1;
    else if (char === "}") depth -= 1;
    else if (at === list.length || (char === "," && depth === 0)) {
      const part = list.slice(from, at).trim();
      if (part !== "") parts.push(part);
      from = at + 1;
    }
  }
  return parts;
}

/** `pub`, and what a trait asks for or an impl gives to it. */
function exported({ before, head, above, holder, reachable }: Candidate): boolean {
  if (/^pub\b/.test(head) || before.startsWith("pub")) return reachable;
  if (above().includes("#[macro_export]")) return true;
  return (
    holder !== undefined && reachable && (holder.kind === "interface" || /^[^{]*\bimpl\b[^{]*\sfor\s/.test(holder.head))
  );
}

function isTest({ above, kind }: Candidate): boolean {
  if (kind === "module") return /#\[cfg\(test\)\]/.test(above());
  return /#\[(?:\w+::)*(?:test|rstest|test_case|bench|quickcheck|proptest)\b/.test(above());
}

export const rust: GraphLanguage = { query, builtins, imports, exported, isTest };
