import { functionKind, type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

const constant: Rule = (node, place) => {
  if (place.inFunction) return undefined;
  const head = textOf(node, place).slice(0, 300);
  const name = /\b(?:const|static\s+readonly)\b[^=;]*?(\w+)\s*(?:=|;)/.exec(head)?.[1];
  return name === undefined ? undefined : { name, kind: "constant" };
};

const local: Rule = (node, place) => {
  const name = textOf(node.childForFieldName("name"), place);
  return name === "" ? undefined : { name, kind: functionKind(place) };
};

export const csharp: LanguageSpec = {
  names: ["csharp"],
  grammar: "c-sharp",
  rules: ruleTable({
    namespace_declaration: named("module"),
    class_declaration: named("class"),
    record_declaration: named("class"),
    struct_declaration: named("struct"),
    interface_declaration: named("interface"),
    enum_declaration: named("enum"),
    delegate_declaration: named("type"),
    method_declaration: named("method"),
    constructor_declaration: named("method"),
    destructor_declaration: named("method"),
    property_declaration: named("variable"),
    local_function_statement: local,
    field_declaration: constant,
  }),
  bodies: ["block", "declaration_list", "enum_member_declaration_list", "arrow_expression_clause", "accessor_list"],
  leading: ["comment"],
  wrappers: ["declaration_list", "global_statement"],
  leaves: ["using_directive", "raw_string_literal", "verbatim_string_literal"],
};
