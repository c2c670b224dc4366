import { type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

/** `impl<T> Trait for Type<T>`: its methods are named under Type; the block itself is no symbol. */
const impl: Rule = (node, place) => {
  const type = textOf(node.childForFieldName("type"), place);
  const name = /([\w]+)\s*(?:<.*)?$/s.exec(type.replace(/^[&*\s]+/, "").replace(/<.*/s, ""))?.[1] ?? type;
  return name === "" ? undefined : { name, kind: "struct", hidden: true };
};

const outside =
  (kind: "constant" | "variable"): Rule =>
  (node, place) => {
    const name = textOf(node.childForFieldName("name"), place);
    return name === "" || place.inFunction ? undefined : { name, kind };
  };

export const rust: LanguageSpec = {
  names: ["rust"],
  grammar: "rust",
  rules: ruleTable({
    function_item: named("function"),
    function_signature_item: named("function"),
    struct_item: named("struct"),
    union_item: named("struct"),
    enum_item: named("enum"),
    trait_item: named("interface"),
    type_item: named("type"),
    mod_item: named("module"),
    macro_definition: named("function"),
    const_item: outside("constant"),
    static_item: outside("variable"),
    impl_item: impl,
  }),
  bodies: ["block", "declaration_list", "field_declaration_list", "enum_variant_list"],
  leading: ["line_comment", "block_comment", "attribute_item"],
  wrappers: [],
  leaves: ["use_declaration", "raw_string_literal", "string_literal", "token_tree"],
};
