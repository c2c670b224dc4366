import type { Span } from "../captures.ts";
import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const query = `
(call method: [(identifier) @call (constant) @call])
(body_statement (identifier) @call)
(superclass [(constant) @extends (scope_resolution name: (constant) @extends)])
(call !receiver method: (identifier) @_mixin
  arguments: (argument_list [(constant) @implements (scope_resolution name: (constant) @implements)])
  (#any-of? @_mixin "include" "extend" "prepend"))
(scope_resolution name: (constant) @type)
(class name: [(constant) @skip (scope_resolution name: (constant) @skip)])
(module name: [(constant) @skip (scope_resolution name: (constant) @skip)])
(constant) @id
[(method) (singleton_method) (block) (do_block) (lambda)] @scope
(method_parameters [(identifier) @local (optional_parameter name: (identifier) @local)
  (splat_parameter name: (identifier) @local) (keyword_parameter name: (identifier) @local)
  (hash_splat_parameter name: (identifier) @local) (block_parameter name: (identifier) @local)])
(block_parameters [(identifier) @local (optional_parameter name: (identifier) @local)
  (splat_parameter name: (identifier) @local) (keyword_parameter name: (identifier) @local)
  (destructured_parameter (identifier) @local)])
(lambda_parameters (identifier) @local)
(assignment left: [(identifier) @local (left_assignment_list (identifier) @local)])
(operator_assignment left: (identifier) @local)
(exception_variable (identifier) @local)
(for pattern: (identifier) @local)
(call !receiver method: (identifier) @load (#any-of? @load "require" "require_relative" "load" "autoload"))
`;

const builtins = words(`
Array ArgumentError Class Comparable Date Enumerable Exception FalseClass Float Hash Integer Kernel Module NilClass
NotImplementedError Object Proc Range RuntimeError StandardError String Struct Symbol Time TrueClass TypeError
alias_method attr_accessor attr_reader attr_writer autoload binding block_given? catch context define_method describe
extend fail format freeze gem include it lambda load loop module_function p prepend print printf private private_class_method
private_constant proc protected public puts raise rand refine require require_relative sleep specify sprintf throw
using warn`);

function imports(): ImportedNames[] {
  return [];
}

/** `require_relative "a"` is "./a". What a file defines is open to all once it is loaded. */
function loaded(text: string, at: number): ImportedNames | undefined {
  const call = /^(\w+)\s*\(?\s*(?::(\w+)\s*,\s*)?(["'])([^"'#\n]+)\3/.exec(text.slice(at, at + 300));
  if (call === null) return undefined;
  const [, how, constant, , path = ""] = call;
  const specifier = how === "require_relative" && !path.startsWith(".") ? `./${path}` : path;
  const name = constant ?? "*";
  return { specifier, names: [{ imported: name, local: name }], reexport: true };
}

function exported({ reachable }: Candidate): boolean {
  return reachable;
}

/** Minitest and Test::Unit. */
function isTest({ name, kind, head }: Candidate): boolean {
  if (kind === "class") return /^class\s+\S+\s*<\s*[\w:]*Test(?:Case)?\b/.test(head);
  return (kind === "method" || kind === "function") && /^test_/.test(name);
}

const titled =
  /(?:RSpec\s*\.\s*)?(?:describe|context|it|specify|feature|scenario|example|test|should|shared_examples(?:_for)?)[ \t(]\s*(?:(["'])([^"'\n]*)\1|([A-Z][\w:]*))[^\n]*(?:\bdo\b|\{)/dy;

/** RSpec's and Rails' cases: a title or a constant, and a block. */
function caseTitle(text: string, at: number): Span | undefined {
  titled.lastIndex = at;
  const [, , words, constant] = titled.exec(text)?.indices ?? [];
  const found = words ?? constant;
  return found === undefined ? undefined : { start: found[0], end: found[1] };
}

export const ruby: GraphLanguage = {
  query,
  builtins,
  spelling: "ruby",
  imports,
  loaded,
  exported,
  isTest,
  caseTypes: ["call"],
  caseTitle,
  hasCases: (text) => /\b(?:describe|it|test|specify|feature|scenario|should)\b/.test(text),
};
