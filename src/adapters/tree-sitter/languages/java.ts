import { type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

/** `static final` fields in capitals are constants; other fields are part of their class. */
const constant: Rule = (node, place) => {
  if (place.inFunction) return undefined;
  const name = textOf(node.childForFieldName("declarator")?.childForFieldName("name") ?? null, place);
  return /^[A-Z][A-Z0-9_]*$/.test(name) ? { name, kind: "constant" } : undefined;
};

export const java: LanguageSpec = {
  names: ["java"],
  grammar: "java",
  rules: ruleTable({
    class_declaration: named("class"),
    record_declaration: named("class"),
    interface_declaration: named("interface"),
    annotation_type_declaration: named("interface"),
    enum_declaration: named("enum"),
    method_declaration: named("method"),
    constructor_declaration: named("method"),
    compact_constructor_declaration: named("method"),
    annotation_type_element_declaration: named("method"),
    field_declaration: constant,
    constant_declaration: constant,
  }),
  bodies: ["class_body", "interface_body", "enum_body", "annotation_type_body", "block", "constructor_body"],
  leading: ["line_comment", "block_comment"],
  wrappers: ["class_body", "interface_body"],
  leaves: ["import_declaration", "string_literal"],
};
