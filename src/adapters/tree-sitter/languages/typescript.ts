import type { Node } from "web-tree-sitter";
import { functionKind, type LanguageSpec, named, type Rule, ruleTable, textOf } from "../language-spec.ts";

const functions: ReadonlySet<string> = new Set([
  "arrow_function",
  "function_expression",
  "function",
  "generator_function",
]);
const isFunction = (node: Node | null) => node !== null && functions.has(node.type);

/** `const x = …`; inside functions only when it binds a function or a class. */
const variable: Rule = (node, place) => {
  const target = node.childForFieldName("name");
  if (target?.type !== "identifier") return undefined;
  const name = textOf(target, place);
  const value = node.childForFieldName("value");
  if (isFunction(value)) return { name, kind: "function" };
  if (value?.type === "class") return { name, kind: "class" };
  if (place.inFunction) return undefined;
  return { name, kind: place.text.startsWith("const", place.parentStart) ? "constant" : "variable" };
};

/** `exports.x = function`, `Foo.prototype.bar = () => …`. */
const assignment: Rule = (node, place) => {
  const right = node.childForFieldName("right");
  const isClass = right?.type === "class";
  if (!isFunction(right) && !isClass) return undefined;
  const left = node.childForFieldName("left");
  const path = textOf(left, place)
    .replace(/^(?:module\.)?exports\.?/, "")
    .replace(/^this\./, "")
    .replace(".prototype.", ".");
  if (!/^[\w$.#]+$/.test(path)) return undefined;
  const dot = path.lastIndexOf(".");
  const name = path.slice(dot + 1);
  if (name === "") return undefined;
  const kind = isClass ? "class" : dot > 0 ? "method" : functionKind(place);
  return dot > 0 ? { name, qualifier: path.slice(0, dot), kind } : { name, kind };
};

const field: Rule = (node, place) => {
  if (!isFunction(node.childForFieldName("value"))) return undefined;
  const key = node.childForFieldName("name") ?? node.childForFieldName("property") ?? node.childForFieldName("key");
  const name = textOf(key, place).replace(/^["']|["']$/g, "");
  return name === "" || name.startsWith("[") ? undefined : { name, kind: "method" };
};

const moduleRule: Rule = (node, place) => {
  const name = textOf(node.childForFieldName("name"), place).replace(/^["']|["']$/g, "");
  return name === "" ? undefined : { name, kind: "module" };
};

const rules = ruleTable({
  function_declaration: named("function"),
  generator_function_declaration: named("function"),
  function_signature: named("function"),
  class_declaration: named("class"),
  abstract_class_declaration: named("class"),
  interface_declaration: named("interface"),
  enum_declaration: named("enum"),
  type_alias_declaration: named("type"),
  internal_module: moduleRule,
  module: moduleRule,
  method_definition: named("method"),
  method_signature: named("method"),
  abstract_method_signature: named("method"),
  public_field_definition: field,
  field_definition: field,
  pair: field,
  variable_declarator: variable,
  assignment_expression: assignment,
});

const shared = {
  rules,
  bodies: ["class_body", "statement_block", "interface_body", "object_type", "enum_body", "object", "arrow_function"],
  leading: ["comment", "decorator"],
  wrappers: [
    "export_statement",
    "ambient_declaration",
    "lexical_declaration",
    "variable_declaration",
    "expression_statement",
    "class_body",
    "interface_body",
  ],
  leaves: ["template_string", "import_statement", "regex", "union_type"],
};

export const typescript: LanguageSpec = { ...shared, names: ["typescript"], grammar: "typescript" };
export const tsx: LanguageSpec = { ...shared, names: ["tsx"], grammar: "tsx" };
export const javascript: LanguageSpec = {
  ...shared,
  names: ["javascript"],
  grammar: "javascript",
};
