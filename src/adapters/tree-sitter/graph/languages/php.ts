import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const named = (role: string) => `[(name) @${role} (qualified_name (name) @${role})]`;

const query = `
(function_call_expression function: ${named("call")})
(member_call_expression name: (name) @call)
(nullsafe_member_call_expression name: (name) @call)
(scoped_call_expression name: (name) @call)
(object_creation_expression ${named("call")})
(attribute ${named("decorator")})
(base_clause ${named("extends")})
(class_interface_clause ${named("implements")})
(declaration_list (use_declaration ${named("extends")}))
(named_type ${named("type")})
(qualified_name (name) @type)
(name) @id
(namespace_name (name) @skip)
(enum_case name: (name) @skip)
(argument name: (name) @skip)
[(namespace_use_declaration) (require_expression) (require_once_expression) (include_expression)
 (include_once_expression)] @import
(namespace_definition name: (_) @import)
`;

const builtins = words(`
ArgumentCountError ArrayAccess ArrayIterator ArrayObject Closure Countable DateTime DateTimeImmutable Error Exception
Generator InvalidArgumentException Iterator IteratorAggregate JsonSerializable LogicException RuntimeException
Stringable Throwable Traversable TypeError UnexpectedValueException __CLASS__ __DIR__ __FILE__ __FUNCTION__ __LINE__
__METHOD__ __NAMESPACE__ array_diff array_filter array_flip array_key_exists array_keys array_map array_merge array_pop
array_push array_reduce array_reverse array_search array_shift array_slice array_sum array_unique array_values assert
call_user_func call_user_func_array class_exists compact count date defined dirname echo empty explode false
file_exists file_get_contents file_put_contents func_get_args function_exists get_class implode in_array intval
is_array is_bool is_callable is_dir is_file is_int is_null is_numeric is_object is_string isset iterator_to_array
json_decode json_encode ltrim max md5 method_exists microtime min mb_strlen mb_substr null parent preg_match
preg_match_all preg_quote preg_replace preg_replace_callback preg_split print_r printf realpath rtrim self sort sprintf
static str_contains str_ends_with str_pad str_repeat str_replace str_starts_with strlen strpos strrpos strtolower
strtotime strtoupper strtr strval substr time trim trigger_error true ucfirst unset usort var_dump var_export`);

/** The specifier is the full name, as in `App\\Models\\User`; of a required file its path from this one. */
function imports(statement: string): ImportedNames[] {
  if (/^(?:require|include)/.test(statement)) {
    const path = /^\w+\s*\(?\s*(__DIR__\s*\.\s*|dirname\(__FILE__\)\s*\.\s*)?(["'])([^"'$]+)\2\s*\)?\s*$/.exec(
      statement,
    );
    if (path === null) return [];
    const specifier = path[1] === undefined ? path[3]! : `.${path[3]!.startsWith("/") ? "" : "/"}${path[3]}`;
    return [{ specifier, names: [{ imported: "*", local: "*" }], reexport: false }];
  }
  const use = /^\s*use\s+(?:(?:function|const)\s+)?([^;]*)/.exec(statement)?.[1];
  if (use === undefined) return [];
  const group = /^\s*\\?([\w\\]*?)\\?\s*\{([^}]*)\}/.exec(use);
  const prefix = group === null ? "" : `${group[1]}\\`;
  const found: ImportedNames[] = [];
  for (const part of (group === null ? use : group[2]!).split(",")) {
    const match = /^\s*(?:(?:function|const)\s+)?\\?([\w\\]+)(?:\s+as\s+(\w+))?\s*$/.exec(part);
    if (match === null) continue;
    const specifier = prefix + match[1]!;
    const imported = specifier.slice(specifier.lastIndexOf("\\") + 1);
    found.push({ specifier, names: [{ imported, local: match[2] ?? imported }], reexport: false });
  }
  return found;
}

function exported({ before, reachable }: Candidate): boolean {
  return reachable && !/\bprivate\b/.test(before);
}

/** PHPUnit: by name, by annotation, by attribute. */
function isTest({ name, kind, before, above, holder, head }: Candidate): boolean {
  if (kind === "class") return /^[^{]*\bextends\s+[\w\\]*TestCase\b/.test(head);
  if (kind !== "method") return false;
  if (/#\[\\?(?:\w+\\)*Test\b/.test(`${above()}\n${before}`) || /@test\b/.test(above())) return true;
  return /^test(?:[A-Z_0-9]|$)/.test(name) && holder !== undefined && /Test(?:Case)?\b/.test(holder.head);
}

function module(text: string): string {
  return /^[ \t]*(?:<\?php\s+)?namespace\s+([\w\\]+)\s*[;{]/m.exec(text)?.[1] ?? "";
}

export const php: GraphLanguage = {
  query,
  builtins,
  annotations: true,
  spelling: "arrows",
  imports,
  exported,
  isTest,
  module,
};
