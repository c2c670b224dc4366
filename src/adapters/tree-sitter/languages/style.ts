import { type LanguageSpec, type Rule, ruleTable, textOf } from "../language-spec.ts";

/** Selectors name no symbols; rules are only cut between. */
export const css: LanguageSpec = {
  names: ["css"],
  grammar: "css",
  rules: ruleTable({}),
  bodies: ["block"],
  leading: ["comment"],
  wrappers: [],
  leaves: [],
};

const section: Rule = (node, place) => {
  const name = textOf(node.namedChild(0), place)
    .replace(/^\s*\[|\]\s*$/g, "")
    .trim();
  return name === "" ? undefined : { name, kind: "section" };
};

export const ini: LanguageSpec = {
  names: ["ini"],
  grammar: "ini",
  rules: ruleTable({ section }),
  bodies: [],
  leading: ["comment"],
  wrappers: [],
  leaves: [],
};
