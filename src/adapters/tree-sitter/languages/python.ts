import { type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

/** `NAME = …` and `name: T = …` at the top of a module. */
const assignment: Rule = (node, place) => {
  if (place.scope !== "") return undefined;
  const left = node.childForFieldName("left");
  if (left?.type !== "identifier") return undefined;
  const name = textOf(left, place);
  return { name, kind: /^_*[A-Z][A-Z0-9_]*$/.test(name) ? "constant" : "variable" };
};

/** `type X = …` */
const alias: Rule = (node, place) => {
  const name = /^type\s+(\w+)/.exec(textOf(node, place).slice(0, 200))?.[1];
  return name === undefined ? undefined : { name, kind: "type" };
};

export const python: LanguageSpec = {
  names: ["python"],
  grammar: "python",
  rules: ruleTable({
    function_definition: named("function"),
    class_definition: named("class"),
    assignment,
    type_alias_statement: alias,
  }),
  bodies: ["block"],
  leading: ["comment", "decorator"],
  wrappers: ["decorated_definition", "expression_statement"],
  leaves: ["string", "import_statement", "import_from_statement"],
  docstrings: true,
};
