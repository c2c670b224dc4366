import { type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

const constant: Rule = (node, place) => {
  const element = node.namedChildren.find((child) => child?.type === "const_element") ?? null;
  const name = textOf(element?.namedChild(0) ?? null, place);
  return name === "" ? undefined : { name, kind: "constant" };
};

/** `namespace A\B { … }`; a namespace statement without braces encloses nothing. */
const namespace: Rule = (node, place) => {
  if (node.childForFieldName("body") === null) return undefined;
  const name = textOf(node.childForFieldName("name"), place).replaceAll("\\", ".");
  return name === "" ? undefined : { name, kind: "module" };
};

export const php: LanguageSpec = {
  names: ["php"],
  grammar: "php",
  rules: ruleTable({
    namespace_definition: namespace,
    class_declaration: named("class"),
    trait_declaration: named("class"),
    interface_declaration: named("interface"),
    enum_declaration: named("enum"),
    function_definition: named("function"),
    method_declaration: named("method"),
    const_declaration: constant,
  }),
  bodies: ["compound_statement", "declaration_list", "enum_declaration_list"],
  leading: ["comment", "attribute_list"],
  wrappers: ["declaration_list"],
  leaves: ["text", "heredoc", "nowdoc", "namespace_use_declaration"],
};
