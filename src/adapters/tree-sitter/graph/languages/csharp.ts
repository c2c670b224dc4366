import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const named = (role: string) => `[(identifier) @${role} (generic_name . (identifier) @${role})
  (qualified_name name: [(identifier) @${role} (generic_name . (identifier) @${role})])]`;
const plain = (role: string) => `[(identifier) @${role} (generic_name . (identifier) @${role})]`;

const query = `
(invocation_expression function: [(identifier) @call (generic_name . (identifier) @call)
  (member_access_expression name: ${plain("call")})
  (conditional_access_expression (member_binding_expression name: ${plain("call")}))])
(object_creation_expression type: ${named("call")})
(attribute name: ${named("decorator")})
(base_list [(identifier) @base (generic_name . (identifier) @base)
  (qualified_name name: [(identifier) @base (generic_name . (identifier) @base)])
  (primary_constructor_base_type type: ${named("base")})])
(qualified_name name: [(identifier) @type (generic_name . (identifier) @type)])
(identifier) @id
[(method_declaration) (constructor_declaration) (local_function_statement) (lambda_expression)
 (anonymous_method_expression) (class_declaration) (struct_declaration) (interface_declaration) (record_declaration)
 (delegate_declaration) (accessor_declaration) (property_declaration) (indexer_declaration) (operator_declaration)
 (foreach_statement) (catch_clause)] @scope
(parameter name: (identifier) @local)
(implicit_parameter) @local
(local_declaration_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(for_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(using_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(foreach_statement left: (identifier) @local)
(catch_declaration name: (identifier) @local)
(declaration_pattern name: (identifier) @local)
(declaration_expression name: (identifier) @local)
(type_parameter name: (identifier) @local)
(field_declaration (variable_declaration (variable_declarator name: (identifier) @skip)))
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @skip)))
(enum_member_declaration name: (identifier) @skip)
[(method_declaration name: (identifier) @skip) (property_declaration name: (identifier) @skip)
 (local_function_statement name: (identifier) @skip) (constructor_declaration name: (identifier) @skip)]
(using_directive) @import
(file_scoped_namespace_declaration name: (_) @import)
(namespace_declaration name: (_) @import)
`;

const builtins = words(`
Action ArgumentException ArgumentNullException Array Boolean Byte Char Console Convert DateTime Decimal Double Enum
Exception Func Guid IDisposable IEnumerable Int32 Int64 InvalidOperationException List Math Nullable Object String Type
Void dynamic nameof nint notnull nuint unmanaged var value`);

/** The specifier is the full name; a plain `using` opens all of it. */
function imports(statement: string): ImportedNames[] {
  const match = /^\s*(global\s+)?using\s+(?:static\s+|unsafe\s+)*(?:(\w+)\s*=\s*)?(?:global\s*::\s*)?([\w.]+)/.exec(
    statement,
  );
  if (match === null) return [];
  const [, everywhere, alias, specifier = ""] = match;
  const names = [{ imported: "*", local: alias ?? "*" }];
  return [{ specifier, names, reexport: everywhere !== undefined }];
}

/** Members are private, types internal where nothing else is said. */
function exported({ before, holder, reachable }: Candidate): boolean {
  if (!reachable) return false;
  if (/\b(?:public|internal|protected)\b/.test(before)) return true;
  const outer = holder === undefined || holder.kind === "module";
  return (outer || holder.kind === "interface" || holder.kind === "enum") && !/\b(?:private|file)\b/.test(before);
}

/** xUnit, NUnit and MSTest. */
function isTest({ before }: Candidate): boolean {
  return /[[,]\s*(?:\w+\.)*(?:Fact|Theory|Test|TestCase|TestCaseSource|TestMethod|DataTestMethod|TestClass|TestFixture)\s*[\](,]/.test(
    before,
  );
}

function module(text: string): string {
  return /^[ \t]*namespace\s+([\w.]+)/m.exec(text)?.[1] ?? "";
}

export const csharp: GraphLanguage = { query, builtins, annotations: true, imports, exported, isTest, module };
