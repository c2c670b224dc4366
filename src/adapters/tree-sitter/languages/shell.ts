import { type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

const variable: Rule = (node, place) => {
  const name = textOf(node.childForFieldName("name"), place);
  if (name === "" || place.scope !== "") return undefined;
  return { name, kind: /^[A-Z][A-Z0-9_]*$/.test(name) ? "constant" : "variable" };
};

export const bash: LanguageSpec = {
  names: ["bash"],
  grammar: "bash",
  rules: ruleTable({ function_definition: named("function"), variable_assignment: variable }),
  bodies: ["compound_statement", "subshell"],
  leading: ["comment"],
  wrappers: ["declaration_command"],
  leaves: ["heredoc_body", "string", "raw_string"],
};

const powershellFunction: Rule = (node, place) => {
  const found = node.namedChildren.find((child) => child?.type === "function_name") ?? null;
  const name = textOf(found, place);
  return name === "" ? undefined : { name, kind: "function" };
};

const powershellType =
  (kind: "class" | "enum" | "method"): Rule =>
  (node, place) => {
    const name = textOf(node.namedChildren.find((child) => child?.type === "simple_name") ?? null, place);
    return name === "" ? undefined : { name, kind };
  };

export const powershell: LanguageSpec = {
  names: ["powershell"],
  grammar: "powershell",
  rules: ruleTable({
    function_statement: powershellFunction,
    class_statement: powershellType("class"),
    enum_statement: powershellType("enum"),
    class_method_definition: powershellType("method"),
  }),
  bodies: ["script_block", "script_block_body"],
  leading: ["comment", "attribute"],
  wrappers: ["statement_list"],
  leaves: ["string_literal"],
};
