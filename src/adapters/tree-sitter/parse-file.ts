import { headLength, isReadLockFile, languageOf, looksGenerated, secretLines } from "../../domain/discovery/mod.ts";
import { type GraphFacts, noGraphFacts } from "../../domain/graph/mod.ts";
import type { CodeSymbol, LineRange, ParsedChunk } from "../../domain/mod.ts";
import type { ParsedFile, ParseInput, SkippedFile } from "../../ports/mod.ts";
import { blankLines, overlongLines } from "./blank-lines.ts";
import { cutLines } from "./cut-lines.ts";
import { countLines, decodeFile } from "./decode-file.ts";
import { describeChunks, toSymbol } from "./describe-chunks.ts";
import { loadGrammar } from "./grammar.ts";
import { codeFacts, graphLanguages, lockFacts, textFacts, withManifest } from "./graph/mod.ts";
import { languageSpecs } from "./languages/all.ts";
import { joinRanges, linesOf } from "./line-ranges.ts";
import { type LineTable, lineTable } from "./line-table.ts";
import { looksMinified } from "./looks-minified.ts";
import { emptyOutline, type Misread, type Outline } from "./outline.ts";
import { plainOutline } from "./plain-outline.ts";
import { syntaxOutline } from "./syntax-outline.ts";

export interface ParseOptions {
  /** Time for the grammar, in milliseconds; past it the file is cut by lines. */
  readonly parseMs: number;
  /** Cut by lines whatever the language: for files whose parse took a worker down. */
  readonly plain?: boolean;
  /** Whether to read what the file says of the graph too. Default true. */
  readonly facts?: boolean;
}

/** A file as it was read, before it is packed to be sent. */
export interface ReadFile extends Omit<ParsedFile, "chunks" | "graph"> {
  /** Tile the indexed lines, in order. */
  readonly chunks: readonly ParsedChunk[];
  readonly symbols: readonly CodeSymbol[];
  readonly graph: GraphFacts;
}

/** A file that its content, or a lock file's name, keeps out. */
export interface SkippedReading extends Omit<SkippedFile, "graph"> {
  readonly graph?: GraphFacts;
}

/** Cuts one file on the calling thread. Never throws for any bytes. */
export async function parseFile(
  input: Omit<ParseInput, "source">,
  options: ParseOptions,
): Promise<ReadFile | SkippedReading> {
  const { path, bytes } = input;
  const decoded = decodeFile(bytes);
  if ("reason" in decoded) return { skipped: true, reason: decoded.reason, lines: countLines(bytes) };
  const original = decoded.text;
  if (isReadLockFile(path)) return lockFile(path, original, countLines(bytes), options);
  const raw = lineTable(original);
  const head = original.slice(0, headLength);
  const language = languageOf(path, head);
  if (looksGenerated(head) || looksMinified(language, original, raw)) {
    return { skipped: true, reason: "GENERATED", lines: raw.count };
  }
  const redacted = joinRanges(secretLines(original), raw.count);
  const long = overlongLines(raw);
  // Blanked before anything reads it: no name, header or doc comment can carry a secret out.
  const text = blankLines(original, raw, joinRanges([...redacted, ...long], raw.count));
  const table = text === original ? raw : lineTable(text);
  const { outline, understood, graph } = await outlineOf(path, language, text, table, options);
  const errors = understood ? worthReporting(outline.errors, text, table) : [{ start: 1, end: table.count }];
  const chunks = describeChunks(text, table, cutLines(text, table, outline.cuts), outline);
  return {
    skipped: false,
    language,
    lines: table.count,
    chunks,
    symbols: outline.definitions.filter((definition) => !definition.hidden).map(toSymbol),
    notIndexed: joinRanges([...redacted, ...long, ...errors], table.count),
    redacted,
    partialReason:
      redacted.length > 0 ? "SECRET" : long.length > 0 ? "LINE_TOO_LONG" : errors.length > 0 ? "PARSE_ERROR" : "",
    graph: options.facts === false ? noGraphFacts : withManifest(graph, path, text),
  };
}

/** Never cut, whatever it says. */
function lockFile(path: string, text: string, lines: number, { facts, plain }: ParseOptions): SkippedReading {
  const skipped = { skipped: true, reason: "GENERATED", lines } as const;
  const graph = facts === false || plain === true ? undefined : lockFacts(path, text);
  return graph === undefined ? skipped : { ...skipped, graph };
}

interface Read {
  readonly outline: Outline;
  /** Whether the language's own reader got through. */
  readonly understood: boolean;
  readonly graph: GraphFacts;
}

async function outlineOf(
  path: string,
  language: string,
  text: string,
  table: LineTable,
  options: ParseOptions,
): Promise<Read> {
  const unread = { outline: emptyOutline(table.count), understood: false, graph: noGraphFacts };
  if (options.plain === true) return unread;
  const silent = options.facts === false;
  const spec = languageSpecs.get(language === "typescript" && path.endsWith(".tsx") ? "tsx" : language);
  if (spec === undefined) {
    const outline = plainOutline(language, text, table);
    const graph = silent ? noGraphFacts : textFacts(path, language, outline, text, table);
    return { outline, understood: true, graph };
  }
  const grammar = await loadGrammar(spec);
  const tree = grammar.parse(text, options.parseMs);
  if (tree === undefined) return unread;
  try {
    const outline = syntaxOutline(tree, grammar, text, table);
    if (silent) return { outline, understood: true, graph: noGraphFacts };
    const known = graphLanguages.get(spec.names[0]!);
    const graph =
      known === undefined
        ? textFacts(path, language, outline, text, table)
        : codeFacts(known, tree, outline, path, text, table);
    return { outline, understood: true, graph };
  } finally {
    tree.delete();
  }
}

/**
 * A macro that a grammar can't read is no reason to call a file half read: reported are stretches of three lines and
 * more when they make up a fiftieth of the file, and everything when a quarter of the text was not understood.
 */
function worthReporting(errors: readonly Misread[], text: string, table: LineTable): LineRange[] {
  const size = errors.reduce((sum, error) => sum + error.size, 0);
  if (size * 4 > text.length) return joinRanges(errors, table.count);
  const long = joinRanges(
    errors.filter((error) => error.end - error.start >= 2),
    table.count,
  );
  return linesOf(long) * 50 > table.count ? long : [];
}
