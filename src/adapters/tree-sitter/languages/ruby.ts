import { type LanguageSpec, named, type Place, type Rule, ruleTable, textOf } from "../language-spec.ts";

const path =
  (kind: "class" | "module"): Rule =>
  (node, place) => {
    const full = textOf(node.childForFieldName("name"), place).replace(/^::/, "");
    const cut = full.lastIndexOf("::");
    if (full === "") return undefined;
    if (cut < 0) return { name: full, kind };
    return { name: full.slice(cut + 2), qualifier: full.slice(0, cut).replaceAll("::", "."), kind };
  };

const method: Rule = (node, place: Place) => {
  const name = textOf(node.childForFieldName("name"), place);
  const inType = place.scope === "class" || place.scope === "module";
  return name === "" ? undefined : { name, kind: inType ? "method" : "function" };
};

const constant: Rule = (node, place) => {
  const left = node.childForFieldName("left");
  if (left?.type !== "constant" || place.inFunction) return undefined;
  return { name: textOf(left, place), kind: "constant" };
};

export const ruby: LanguageSpec = {
  names: ["ruby"],
  grammar: "ruby",
  rules: ruleTable({
    class: path("class"),
    module: path("module"),
    method,
    singleton_method: named("method"),
    assignment: constant,
  }),
  bodies: ["body_statement"],
  leading: ["comment"],
  wrappers: ["body_statement"],
  leaves: ["string", "heredoc_body"],
};
