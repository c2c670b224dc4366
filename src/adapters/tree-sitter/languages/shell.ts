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
