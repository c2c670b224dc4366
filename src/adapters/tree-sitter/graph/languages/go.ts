import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const query = `
(call_expression function: [(identifier) @call (selector_expression field: (field_identifier) @call)])
(type_conversion_expression type: (generic_type type: [(type_identifier) @call
  (qualified_type name: (type_identifier) @call)]))
(call_expression function: (index_expression operand: [(identifier) @call
  (selector_expression field: (field_identifier) @call)]))
(field_declaration !name type: [(type_identifier) @extends (qualified_type name: (type_identifier) @extends)
  (generic_type type: [(type_identifier) @extends (qualified_type name: (type_identifier) @extends)])])
(interface_type (type_elem . [(type_identifier) @extends (qualified_type name: (type_identifier) @extends)] .))
(type_identifier) @type
(identifier) @id
[(function_declaration) (method_declaration) (func_literal) (type_declaration) (for_statement) (if_statement)
 (expression_switch_statement) (type_switch_statement) (select_statement)] @scope
(parameter_declaration name: (identifier) @local)
(variadic_parameter_declaration name: (identifier) @local)
(type_parameter_declaration name: (identifier) @local)
(short_var_declaration left: (expression_list (identifier) @local))
(range_clause left: (expression_list (identifier) @local))
(receive_statement left: (expression_list (identifier) @local))
(type_switch_statement alias: (expression_list (identifier) @local))
(var_spec name: (identifier) @local)
(const_spec name: (identifier) @local)
(method_declaration receiver: (parameter_list (parameter_declaration type: [
  (generic_type type_arguments: (type_arguments (type_elem (type_identifier) @local)))
  (pointer_type (generic_type type_arguments: (type_arguments (type_elem (type_identifier) @local))))])))
(keyed_element key: (literal_element (identifier) @skip))
(labeled_statement) @_label
(import_spec) @import
`;

const builtins = words(`
_ any append bool byte cap clear close comparable complex complex128 complex64 copy delete error false float32 float64
imag int int16 int32 int64 int8 iota len main make max min new nil panic print println real recover rune string true
uint uint16 uint32 uint64 uint8 uintptr`);

function imports(spec: string): ImportedNames[] {
  const match = /^\s*(?:([\w.]+)\s+)?["`]([^"`]+)["`]/.exec(spec);
  if (match === null) return [];
  const specifier = match[2]!;
  const alias = match[1];
  if (alias === "_") return [{ specifier, names: [], reexport: false }];
  const local = alias === undefined ? packageName(specifier) : alias === "." ? "*" : alias;
  return [{ specifier, names: [{ imported: "*", local }], reexport: false }];
}

/** A package's name is the last part of its path, without its version: `x/v2` is x, `gopkg.in/yaml.v3` is yaml. */
function packageName(path: string): string {
  const parts = path.split("/");
  const last = parts.at(-1)!;
  const name = /^v\d+$/.test(last) && parts.length > 1 ? parts.at(-2)! : last;
  return name
    .replace(/\.v\d+$/, "")
    .replace(/^.*\.(?=\w+$)|^go-|-go$/g, "")
    .replaceAll("-", "_");
}

function exported({ name }: Candidate): boolean {
  return /^\p{Lu}/u.test(name);
}

/** What `go test` runs. */
function isTest({ name, kind, parent }: Candidate, path: string): boolean {
  return (
    kind === "function" &&
    parent < 0 &&
    path.endsWith("_test.go") &&
    /^(?:Test|Benchmark|Example|Fuzz)(?:[^a-z]|$)/.test(name)
  );
}

/** `func (s *Store) Keep(…)`: s. */
function selfName({ head, kind }: Candidate): string | undefined {
  return kind === "method" ? /^func\s*\(\s*(\w+)\s+[*\w]/.exec(head)?.[1] : undefined;
}

function module(text: string): string {
  return /^package\s+(\w+)/m.exec(text)?.[1] ?? "";
}

export const go: GraphLanguage = { query, builtins, packageScope: true, imports, exported, isTest, selfName, module };
