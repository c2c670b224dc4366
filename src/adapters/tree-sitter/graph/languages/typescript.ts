import type { Span } from "../captures.ts";
import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";
import { commonExports, exportStatement, moduleStatement } from "../javascript-exports.ts";
import { skipSpace } from "../read-name.ts";

/** What both grammars have; type annotations are TypeScript's. */
const shared = `
(arguments) @called
(decorator [(identifier) @decorator
  (member_expression property: (property_identifier) @decorator)
  (call_expression function: [(identifier) @decorator (member_expression property: (property_identifier) @decorator)])])
[(identifier) (shorthand_property_identifier)] @id
[(function_declaration) (generator_function_declaration) (function_expression) (generator_function) (arrow_function)
 (method_definition) (catch_clause) (for_in_statement)] @scope
(variable_declarator name: (identifier) @local)
(arrow_function parameter: (identifier) @local)
(catch_clause parameter: (identifier) @local)
(for_in_statement left: (identifier) @local)
(shorthand_property_identifier_pattern) @local
(pair_pattern value: [(identifier) @local (assignment_pattern left: (identifier) @local)])
(array_pattern [(identifier) @local (assignment_pattern left: (identifier) @local)])
(rest_pattern (identifier) @local)
(import_statement) @import
(export_statement) @export
`;

const javascriptQuery = `${shared}
(formal_parameters [(identifier) @local (assignment_pattern left: (identifier) @local)])
(class_heritage [(identifier) @extends (member_expression property: (property_identifier) @extends)])
`;

const typescriptQuery = `${shared}
(type_identifier) @type
(required_parameter pattern: (identifier) @local)
(optional_parameter pattern: (identifier) @local)
(type_parameter name: (type_identifier) @local)
(mapped_type_clause name: (type_identifier) @local)
(infer_type (type_identifier) @local)
[(class_declaration) (abstract_class_declaration) (interface_declaration) (type_alias_declaration) (function_signature)
 (method_signature) (abstract_method_signature) (function_type) (constructor_type) (call_signature)
 (construct_signature)] @scope
(extends_clause value: [(identifier) @extends (member_expression property: (property_identifier) @extends)])
(extends_type_clause type: [(type_identifier) @extends (generic_type name: (type_identifier) @extends)
  (nested_type_identifier name: (type_identifier) @extends)
  (generic_type name: (nested_type_identifier name: (type_identifier) @extends))])
(implements_clause [(type_identifier) @implements (generic_type name: (type_identifier) @implements)
  (nested_type_identifier name: (type_identifier) @implements)
  (generic_type name: (nested_type_identifier name: (type_identifier) @implements))])
`;

const builtins = words(`
Array ArrayBuffer ArrayLike AsyncGenerator AsyncIterable AsyncIterableIterator AsyncIterator Awaited BigInt BigInt64Array
BigUint64Array Boolean DataView Date Error EvalError Exclude Extract Float32Array Float64Array Function Generator Infinity
InstanceType Int16Array Int32Array Int8Array Intl Iterable IterableIterator Iterator JSON Map Math NaN NonNullable Number
Object Omit Parameters Partial Pick Promise PromiseLike Proxy RangeError Readonly ReadonlyArray ReadonlyMap ReadonlySet
Record ReferenceError Reflect RegExp Required ReturnType Set SharedArrayBuffer String Symbol SyntaxError TypeError
URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
arguments clearInterval clearTimeout console decodeURI decodeURIComponent encodeURI encodeURIComponent eval exports
globalThis isFinite import isNaN module parseFloat parseInt queueMicrotask require setImmediate setInterval setTimeout
structuredClone super undefined`);

function imports(statement: string): ImportedNames[] {
  const fact = moduleStatement(statement);
  return fact === undefined ? [] : [fact];
}

const target =
  /(?:(?:const|let|var)\s+|^\s*)(\{[^{}]*\}|[\w$\u0080-\uffff]+)\s*(?::[^=;]*)?=\s*(?:await\s+|\(\s*await\s+)?$/;

/** `require("x")` and `import("x")`, with what they are bound to where a variable takes them. */
function loaded(text: string, at: number): ImportedNames | undefined {
  const call = /^(?:require|import)\s*\(\s*(["'`])([^"'`$\n]+)\1/.exec(text.slice(at, at + 400));
  if (call === null) return undefined;
  const before = text.slice(Math.max(0, at - 400), at);
  // Most are statements or arguments: nothing takes what they load.
  const taken = /(?:=|\bawait)\s*$/.test(before.slice(-20));
  const statement = before.slice(Math.max(before.lastIndexOf(";"), before.lastIndexOf("\n\n")) + 1);
  const bound = taken ? target.exec(statement)?.[1] : undefined;
  const specifier = call[2]!;
  // What compilers and packages write for `export * from`.
  if (/(?:\bmodule\.exports\s*=|__exportStar\()\s*$/.test(before)) {
    return { specifier, names: [{ imported: "*", local: "*" }], reexport: true };
  }
  if (bound === undefined) return { specifier, names: [], reexport: false };
  if (!bound.startsWith("{")) return { specifier, names: [{ imported: "*", local: bound }], reexport: false };
  const names = bound
    .slice(1, -1)
    .split(",")
    .map((part) => /^\s*([\w$]+)(?:\s*:\s*([\w$]+))?/.exec(part))
    .filter((match) => match !== null)
    .map(([, imported = "", local]) => ({ imported, local: local ?? imported }));
  return { specifier, names, reexport: false };
}

/** A runner's function called with a title, or on a table; `pattern.test(text)` is none. */
const casesLikely =
  /(?:^|[^.\w$])(?:(?:describe|context|it|test|specify|bench|fdescribe|xdescribe|fit|xit|xtest)(?:\.\w+)*\s*(?:\(\s*["'`]|\.each\b)|Deno\.test\(|suite\()/;
const caseCall =
  /(?:describe|context|suite|it|test|specify|bench|fdescribe|xdescribe|fit|xit|xtest|Deno\s*\.\s*test)\b/y;
const titled =
  /[\w$\u0080-\uffff]+(?:\s*\.\s*\w+)*(?:\s*\([^"'`]{0,200}?\)|\s*\([\s\S]{0,2000}?\)(?=\s*\(\s*["'`]))??\s*\(\s*(["'`])/y;
const handler = /,[\s\S]{0,300}?(?:=>|\bfunction\b)/y;

/** Test cases by the names that runners give their functions, uvu's own suites included; each has a title and a function. */
function caseTitle(text: string, at: number): Span | undefined {
  caseCall.lastIndex = at;
  if (!caseCall.test(text) && !isSuite(text, at)) return undefined;
  titled.lastIndex = at;
  const quote = titled.exec(text)?.[1];
  if (quote === undefined) return undefined;
  const start = titled.lastIndex;
  let end = start;
  while (end < text.length && text[end] !== quote) end += text[end] === "\\" ? 2 : 1;
  handler.lastIndex = skipSpace(text, end + 1);
  return handler.test(text) ? { start, end } : undefined;
}

/** Variables that hold what `suite(…)` made, of the text last asked for: every call of a file asks. */
let suites = { text: "", names: new Set<string>() };

function isSuite(text: string, at: number): boolean {
  if (suites.text !== text) {
    const made = text.matchAll(/([\w$\u0080-\uffff]+)\s*=\s*(?:[\w$]+\.)?suite\(/g);
    suites = { text, names: new Set([...made].map(([, name = ""]) => name)) };
  }
  if (suites.names.size === 0) return false;
  const callee = /^([\w$\u0080-\uffff]+)(?:\.(?:only|skip))?\s*\(/.exec(text.slice(at, at + 80))?.[1];
  return callee !== undefined && suites.names.has(callee);
}

function exported({ handedOut, holder, name, before, head, lead, kind, reachable }: Candidate): boolean {
  if (handedOut || /\bexport\s+(?:default\s+)?(?:declare\s+)?$/.test(lead)) return true;
  if (holder === undefined) return /^(?:module\.)?exports\./.test(head);
  const member = holder.kind === "class" || holder.kind === "interface" || kind === "method";
  return member && reachable && !name.startsWith("#") && !/\bprivate\b/.test(before);
}

export const typescript: GraphLanguage = {
  query: typescriptQuery,
  builtins,
  imports,
  exportStatement,
  loaded,
  loaders: /\b(?:require|import)\s*\(/,
  exported,
  isTest: () => false,
  caseTypes: ["call_expression"],
  caseTitle,
  hasCases: (text) => casesLikely.test(text),
};
export const javascript: GraphLanguage = { ...typescript, query: javascriptQuery, handOuts: commonExports };
