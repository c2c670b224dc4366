/** What a query looks like; it picks terms, weights and field tuning. */
export const queryKinds = ["symbol", "path", "phrase", "question", "keywords", "error", "report"] as const;
export type QueryKind = (typeof queryKinds)[number];

/** Past this many characters a text is a report, whatever it says: people don't type that much to search. */
const reportLength = 320;

/** One word that only code would spell: `fooBar`, `foo_bar`, `Foo`, `a.b`, `A::b`, `foo()`, `#x`, `$y`, `@z`. */
const identifier = /^[@#$]?[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#|->|\/)[\p{L}_$][\p{L}\p{N}_$]*)*(?:\(\))?[!?]?$/u;
const declared =
  /^(?:class|def|fn|func|function|interface|struct|enum|trait|type|method|const|message|service|rpc)\s+(\S+)$/iu;
const fileLike = /^[\w@.~-]*(?:[/\\][\w@.~[\]()-]+)*[/\\]?$/u;
const extension = /\.[a-z][a-z0-9]{0,5}$/iu;
const quoted = /^(["'`“])(.+)(["'`”])$/su;
const asking =
  /^(?:how|why|what|where|when|which|who|does|do|can|could|should|is|are|explain|describe|show)\b|\?\s*$/iu;
const trace =
  /^\s*(?:at\s+\S+.*[:(]\d+|File ".+", line \d+|Traceback \(most recent|Caused by:|panicked at|thread '.*' panicked|goroutine \d+)/mu;
const errorWords =
  /(?:^|\s)(?:[\p{L}\p{N}_.]*(?:Error|Exception|Panic|Fault)\b\s*:|error(?:\[\w+\])?:|fatal:|panic:|E[A-Z]{4,}\b|segmentation fault)/u;

export function queryKind(query: string): QueryKind {
  const text = query.trim();
  if (text.length > reportLength) return trace.test(text) && text.length < 2 * reportLength ? "error" : "report";
  if (quoted.test(text)) return "phrase";
  if (!/\s/u.test(text)) {
    const slashed = /[/\\]/u.test(text) && fileLike.test(text);
    if (slashed || (extension.test(text) && fileLike.test(text) && looksLikeFile(text))) return "path";
    return identifier.test(text) ? "symbol" : "keywords";
  }
  if (declared.test(text)) return "symbol";
  if (trace.test(text) || errorWords.test(text)) return "error";
  return asking.test(text) ? "question" : "keywords";
}

/** `server.ts` is a file, `app.listen` a symbol: the extensions in use tell, without a list of languages. */
function looksLikeFile(text: string): boolean {
  return /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|c|cc|cpp|h|hpp|swift|scala|sh|md|rst|txt|json|ya?ml|toml|ini|cfg|proto|sql|html|css|lock|xml)$/iu.test(
    text,
  );
}

/** The name asked for in `class Foo`; undefined for other texts. */
export function declaredName(query: string): string | undefined {
  return declared.exec(query.trim())?.[1];
}
