import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const query = `
(call function: (identifier) @call)
(call function: (attribute attribute: (identifier) @call))
(decorator [(identifier) @decorator (attribute attribute: (identifier) @decorator)
  (call function: [(identifier) @decorator (attribute attribute: (identifier) @decorator)])])
(class_definition superclasses: (argument_list [(identifier) @extends (attribute attribute: (identifier) @extends)
  (subscript value: [(identifier) @extends (attribute attribute: (identifier) @extends)])]))
(identifier) @id
(type (string (string_content) @id))
[(function_definition) (lambda) (list_comprehension) (set_comprehension) (dictionary_comprehension)
 (generator_expression)] @scope
(parameters [(identifier) @local (typed_parameter (identifier) @local) (default_parameter name: (identifier) @local)
  (typed_default_parameter name: (identifier) @local) (list_splat_pattern (identifier) @local)
  (dictionary_splat_pattern (identifier) @local)
  (typed_parameter [(list_splat_pattern (identifier) @local) (dictionary_splat_pattern (identifier) @local)])])
(lambda_parameters [(identifier) @local (default_parameter name: (identifier) @local)])
(assignment left: [(identifier) @local (pattern_list (identifier) @local) (tuple_pattern (identifier) @local)])
(named_expression name: (identifier) @local)
(for_statement left: [(identifier) @local (pattern_list [(identifier) @local (tuple_pattern (identifier) @local)])])
(for_in_clause left: [(identifier) @local (pattern_list [(identifier) @local (tuple_pattern (identifier) @local)])])
(as_pattern_target (identifier) @local)
(keyword_argument name: (identifier) @skip)
[(global_statement) (nonlocal_statement)] @_outer
[(import_statement) (import_from_statement)] @import
`;

const builtins = words(`
ArithmeticError AssertionError AttributeError BaseException BufferError BytesWarning ConnectionError DeprecationWarning
EOFError Ellipsis EnvironmentError Exception False FileExistsError FileNotFoundError FloatingPointError FutureWarning
GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError None NotADirectoryError NotImplemented
NotImplementedError OSError OverflowError PermissionError ProcessLookupError RecursionError ReferenceError
ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
SystemExit TabError TimeoutError True TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError
UserWarning ValueError Warning ZeroDivisionError __file__ __name__ abs aiter all anext any ascii bin bool breakpoint
bytearray bytes callable chr classmethod compile complex delattr dict dir divmod enumerate eval exec filter float format
frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max
memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted
staticmethod str sum super tuple type vars zip`);

function imports(statement: string): ImportedNames[] {
  const text = statement.replace(/#[^\n]*/g, "").replace(/[()\\\n\r]/g, " ");
  const from = /^\s*from\s+([.\s]*[\w.]*)\s+import\s+(.*)$/.exec(text);
  if (from === null) {
    // Mentions name a module as they import it: `import os.path` is used as `os.path`.
    return aliased(text.replace(/^\s*import\s+/, "")).map(({ imported, local }) => ({
      specifier: imported,
      names: [{ imported: "*", local }],
      reexport: false,
    }));
  }
  const specifier = from[1]!.replace(/\s+/g, "");
  return specifier === "" ? [] : [{ specifier, names: aliased(from[2]!), reexport: false }];
}

function aliased(list: string): { imported: string; local: string }[] {
  const names: { imported: string; local: string }[] = [];
  for (const part of list.split(",")) {
    const [imported = "", as, alias] = part.trim().split(/\s+/);
    if (imported === "*") names.push({ imported: "*", local: "*" });
    else if (/^[\w.]+$/u.test(imported.replace(/[^\0-\x7f]/g, "_"))) {
      names.push({ imported, local: as === "as" && alias !== undefined ? alias : imported });
    }
  }
  return names;
}

/** A leading underscore keeps a name to its module; special methods are no secret. */
function exported({ name, reachable }: Candidate): boolean {
  return reachable && (!name.startsWith("_") || /^__\w+__$/.test(name));
}

/** pytest's and unittest's own rules for names. */
function isTest({ name, kind, head }: Candidate): boolean {
  if (kind === "class") return /^Test[A-Z0-9_]/.test(name) || name === "Test" || /^[^:]*\bTestCase\b/.test(head);
  return (kind === "function" || kind === "method") && /^test(?:_|$)/.test(name);
}

export const python: GraphLanguage = { query, builtins, imports, exported, isTest };
