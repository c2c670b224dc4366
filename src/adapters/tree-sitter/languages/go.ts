import { type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

const method: Rule = (node, place) => {
  const name = textOf(node.childForFieldName("name"), place);
  // `(s *Server[T])` → Server
  const receiver = textOf(node.childForFieldName("receiver"), place);
  const type = /(\w+)\s*(?:\[[^\]]*\])?\s*\)$/.exec(receiver)?.[1];
  if (name === "") return undefined;
  return type === undefined ? { name, kind: "method" } : { name, qualifier: type, kind: "method" };
};

const type: Rule = (node, place) => {
  const name = textOf(node.childForFieldName("name"), place);
  const body = node.childForFieldName("type")?.type;
  if (name === "" || place.inFunction) return undefined;
  return { name, kind: body === "struct_type" ? "struct" : body === "interface_type" ? "interface" : "type" };
};

const top =
  (kind: "constant" | "variable"): Rule =>
  (node, place) => {
    if (place.inFunction) return undefined;
    const name = textOf(node.childForFieldName("name"), place);
    return name === "" || name === "_" ? undefined : { name, kind };
  };

export const go: LanguageSpec = {
  names: ["go"],
  grammar: "go",
  rules: ruleTable({
    function_declaration: named("function"),
    method_declaration: method,
    type_spec: type,
    type_alias: type,
    const_spec: top("constant"),
    var_spec: top("variable"),
    method_elem: named("method"),
  }),
  bodies: ["block", "field_declaration_list", "interface_type", "struct_type"],
  leading: ["comment"],
  wrappers: ["type_declaration", "const_declaration", "var_declaration", "var_spec_list"],
  leaves: ["import_declaration", "raw_string_literal"],
};
