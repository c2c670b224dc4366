import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const named = (role: string) => `[(type_identifier) @${role} (generic_type (type_identifier) @${role})
  (scoped_type_identifier (type_identifier) @${role} .)
  (generic_type (scoped_type_identifier (type_identifier) @${role} .))]`;

const query = `
(method_invocation name: (identifier) @call)
(object_creation_expression type: ${named("call")})
(method_reference (_) (identifier) @type)
[(marker_annotation name: [(identifier) @decorator (scoped_identifier name: (identifier) @decorator)])
 (annotation name: [(identifier) @decorator (scoped_identifier name: (identifier) @decorator)])]
(superclass ${named("extends")})
(extends_interfaces (type_list ${named("extends")}))
(super_interfaces (type_list ${named("implements")}))
(type_identifier) @type
(identifier) @id
[(method_declaration) (constructor_declaration) (compact_constructor_declaration) (lambda_expression)
 (class_declaration) (interface_declaration) (record_declaration) (enhanced_for_statement) (catch_clause)] @scope
(formal_parameter name: (identifier) @local)
(spread_parameter (variable_declarator name: (identifier) @local))
(local_variable_declaration declarator: (variable_declarator name: (identifier) @local))
(enhanced_for_statement name: (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(inferred_parameters (identifier) @local)
(catch_formal_parameter name: (identifier) @local)
(resource name: (identifier) @local)
(instanceof_expression name: (identifier) @local)
(type_parameter (type_identifier) @local)
(enum_constant name: (identifier) @skip)
(element_value_pair key: (identifier) @skip)
(field_declaration declarator: (variable_declarator name: (identifier) @skip))
[(import_declaration) (package_declaration)] @import
`;

const builtins = words(`
ArithmeticException Boolean Byte CharSequence Character Class ClassCastException Comparable Deprecated Double Error
Exception Float FunctionalInterface IllegalArgumentException IllegalStateException IndexOutOfBoundsException Integer
InterruptedException Iterable Long Math NullPointerException Number NumberFormatException Object Override Runnable
RuntimeException SafeVarargs Short String StringBuilder SuppressWarnings System Thread Throwable
UnsupportedOperationException Void var`);

/** The specifier is the full name: of a class, of a static member's class, or of a package with "*". */
function imports(statement: string): ImportedNames[] {
  const match = /^\s*import\s+(static\s+)?([\w.$]+?)\s*(\.\s*\*)?\s*;?\s*$/.exec(statement);
  if (match === null) return [];
  const [, isStatic, path = "", star] = match;
  if (star !== undefined) return [{ specifier: path, names: [{ imported: "*", local: "*" }], reexport: false }];
  const last = path.slice(path.lastIndexOf(".") + 1);
  const specifier = isStatic === undefined ? path : path.slice(0, Math.max(0, path.length - last.length - 1));
  return [{ specifier, names: [{ imported: last, local: last }], reexport: false }];
}

/** Without a modifier it is open to its package. */
function exported({ before, reachable }: Candidate): boolean {
  return reachable && !/\bprivate\b/.test(before);
}

/** JUnit's and TestNG's annotations, and JUnit 3's names. */
function isTest({ before, name, kind, holder }: Candidate): boolean {
  if (kind !== "method") return false;
  if (/@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property)\b/.test(before))
    return true;
  return /^test[A-Z_]/.test(name) && holder !== undefined && /\bextends\s+\w*TestCase\b/.test(holder.head);
}

function module(text: string): string {
  return /^[ \t]*package\s+([\w.]+)\s*;/m.exec(text)?.[1] ?? "";
}

export const java: GraphLanguage = { query, builtins, annotations: true, imports, exported, isTest, module };
