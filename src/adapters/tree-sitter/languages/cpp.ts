import type { Node } from "web-tree-sitter";
import { functionKind, type LanguageSpec, named, type Place, type Rule, ruleTable, textOf } from "../language-spec.ts";

/** The declarator under pointers, references, arrays and parentheses. */
function innermost(node: Node | null, until: string): Node | null {
  let at = node;
  for (let depth = 0; at !== null && depth < 8; depth += 1) {
    if (at.type === until) return at;
    at = at.childForFieldName("declarator") ?? (at.type === "reference_declarator" ? at.namedChild(0) : null);
  }
  return null;
}

function functionName(node: Node, place: Place) {
  const declarator = innermost(node.childForFieldName("declarator"), "function_declarator");
  if (declarator === null) return undefined;
  const path = textOf(declarator.childForFieldName("declarator"), place)
    .replace(/<[^<>]*>/g, "")
    .replace(/\s+/g, " ")
    .replace(/^[*&( ]+|[) ]+$/g, "");
  if (path === "" || path.length > 200) return undefined;
  const cut = path.lastIndexOf("::");
  const name = cut < 0 ? path : path.slice(cut + 2);
  const qualifier = cut < 0 ? "" : path.slice(0, cut).replaceAll("::", ".");
  return { name, qualifier };
}

const definition: Rule = (node, place) => {
  const found = functionName(node, place);
  if (found === undefined || found.name === "") return undefined;
  return found.qualifier === ""
    ? { name: found.name, kind: functionKind(place) }
    : { name: found.name, qualifier: found.qualifier, kind: "method" };
};

/** Prototypes, and constants and variables outside functions. */
const declaration: Rule = (node, place) => {
  if (place.inFunction) return undefined;
  const prototype = definition(node, place);
  if (prototype !== undefined) return prototype;
  let at = node.childForFieldName("declarator");
  if (at?.type === "init_declarator" || at?.type === "array_declarator") at = at.childForFieldName("declarator");
  if (at?.type === "array_declarator") at = at.childForFieldName("declarator");
  if (at?.type !== "identifier") return undefined;
  const constant = /\bconst(?:expr|init)?\b/.test(place.text.slice(node.startIndex, at.startIndex));
  return { name: textOf(at, place), kind: constant ? "constant" : "variable" };
};

/** Members: methods only. */
const member: Rule = (node, place) => definition(node, place);

const withBody =
  (kind: "class" | "struct" | "enum"): Rule =>
  (node, place) =>
    node.childForFieldName("body") === null ? undefined : named(kind)(node, place);

/** `typedef struct { … } Name;` and `using Name = …` */
const typedef: Rule = (node, place) => {
  const name = textOf(node.childForFieldName("declarator"), place);
  return /^\w+$/.test(name) ? { name, kind: "type" } : undefined;
};

const macro: Rule = (node, place) => {
  const name = textOf(node.childForFieldName("name"), place);
  // An include guard defines nothing.
  if (name === "" || place.inFunction || node.childForFieldName("value") === null) return undefined;
  return { name, kind: node.type === "preproc_function_def" ? "function" : "constant" };
};

export const cpp: LanguageSpec = {
  names: ["cpp", "c"],
  grammar: "cpp",
  rules: ruleTable({
    namespace_definition: named("module"),
    class_specifier: withBody("class"),
    struct_specifier: withBody("struct"),
    union_specifier: withBody("struct"),
    enum_specifier: withBody("enum"),
    function_definition: definition,
    declaration,
    field_declaration: member,
    type_definition: typedef,
    alias_declaration: named("type"),
    concept_definition: named("type"),
    preproc_def: macro,
    preproc_function_def: macro,
  }),
  bodies: [
    "compound_statement",
    "field_declaration_list",
    "declaration_list",
    "enumerator_list",
    "field_initializer_list",
  ],
  leading: ["comment"],
  wrappers: ["template_declaration", "linkage_specification", "type_definition"],
  leaves: ["raw_string_literal", "preproc_include", "preproc_arg"],
};
