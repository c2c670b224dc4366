import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

// Alternatives side by side, to be put in brackets: brackets right inside brackets lose some.
const last = (role: string) => `(identifier) @${role} (template_function name: (identifier) @${role})`;
const typed = (role: string) => `(type_identifier) @${role} (template_type name: (type_identifier) @${role})`;
const pathTo = (leaf: string) => `(qualified_identifier name: [${leaf} (qualified_identifier name: [${leaf}
  (qualified_identifier name: [${leaf}])])])`;
const bound = `[(identifier) @local (pointer_declarator declarator: (identifier) @local)
  (reference_declarator (identifier) @local) (array_declarator declarator: (identifier) @local)
  (pointer_declarator declarator: (pointer_declarator declarator: (identifier) @local))
  (structured_binding_declarator (identifier) @local)
  (reference_declarator (structured_binding_declarator (identifier) @local))]`;

const query = `
(call_expression function: [${last("call")} ${pathTo(last("call"))}
  (field_expression field: [(field_identifier) @call (template_method name: (field_identifier) @call)])])
(new_expression type: [${typed("call")} ${pathTo(typed("call"))}])
(base_class_clause [${typed("extends")} ${pathTo(typed("extends"))}])
(type_identifier) @type
(qualified_identifier name: (identifier) @type)
(identifier) @id
[(function_definition) (lambda_expression) (template_declaration) (for_range_loop) (for_statement) (catch_clause)] @scope
(parameter_declaration declarator: ${bound})
(optional_parameter_declaration declarator: ${bound})
(variadic_parameter_declaration (variadic_declarator (identifier) @local))
(declaration declarator: ${bound})
(init_declarator declarator: ${bound})
(for_range_loop declarator: ${bound})
(type_parameter_declaration (type_identifier) @local)
(variadic_type_parameter_declaration (type_identifier) @local)
(optional_type_parameter_declaration name: (type_identifier) @local)
(function_declarator declarator: (qualified_identifier name: (_) @skip))
(function_declarator declarator: (identifier) @skip)
(destructor_name) @skip
(destructor_name (identifier) @skip)
(enumerator name: (identifier) @skip)
(preproc_def name: (identifier) @skip)
(preproc_function_def name: (identifier) @skip)
(preproc_params (identifier) @skip)
(preproc_ifdef name: (identifier) @skip)
(preproc_defined (identifier) @skip)
[(preproc_include) (using_declaration)] @import
`;

const builtins = words(`
EOF FILE NULL assert bool const_cast dynamic_cast false free int16_t int32_t int64_t int8_t intptr_t malloc memcpy
memset nullptr printf ptrdiff_t reinterpret_cast size_t sizeof snprintf ssize_t static_cast std strlen this true uint16_t
uint32_t uint64_t uint8_t uintptr_t va_list`);

/** `#include` hands on all that the file declares; `using` says nothing of files. */
function imports(statement: string): ImportedNames[] {
  const specifier = /^\s*#\s*include\s*[<"]([^>"\n]+)[>"]/.exec(statement)?.[1];
  if (specifier === undefined) return [];
  return [{ specifier, names: [{ imported: "*", local: "*" }], reexport: true }];
}

/** `static` outside a class keeps a name to its file. */
function exported({ before, holder, reachable }: Candidate): boolean {
  const inType = holder !== undefined && holder.kind !== "module";
  return reachable && (inType || !/(?:^|\s)static\s/.test(before));
}

/** GoogleTest, Catch2, doctest and Boost.Test. */
function isTest({ head, kind }: Candidate): boolean {
  const isFunction = kind === "function" || kind === "method";
  return (
    isFunction &&
    /^(?:TYPED_)?(?:TEST|TEST_[FPC]\w*|TEST_CASE(?:_METHOD)?|SCENARIO|BOOST_(?:AUTO|FIXTURE)_TEST_CASE)\s*\(/.test(head)
  );
}

export const cpp: GraphLanguage = { query, builtins, spelling: "arrows", imports, exported, isTest };
