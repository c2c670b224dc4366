import type {
  GetArtifactRequest,
  GetArtifactResponse,
  Hit,
  SearchFilter,
  SearchRequest,
  SearchResponse,
  SubmitFeedbackRequest,
  DeepPartial as Wire,
} from "../../../gen/knowledge/v1/search_service.ts";
import { SearchView, Vote, SearchMode as WireMode } from "../../../gen/knowledge/v1/search_service.ts";
import { confidences, edgeKinds } from "../../domain/graph/mod.ts";
import {
  type ArtifactType,
  artifactTypes,
  type CodeSymbol,
  type FileFacts,
  invalid,
  pageSize,
  type Revision,
  type SymbolKind,
  symbolKinds,
} from "../../domain/mod.ts";
import type { ChunkFilter } from "../../ports/mod.ts";
import type { FeedbackAsk } from "./feedback.ts";
import type { ArtifactAnswer } from "./get-artifact.ts";
import type { ArtifactAsk, SearchAsk, SearchMode } from "./query/request.ts";
import { profileNames } from "./rank/weights.ts";
import type { GraphContext } from "./reply/graph-context.ts";
import type { FoundHit, SearchAnswer } from "./search.ts";

const longestQuery = 16_384;
const defaultPage = 10;
const largestPage = 50;
/** Alternatives in one filter field; more is a mistake or an attack. */
const mostAlternatives = 256;
const longestValue = 4_096;

const longestId = 64;
const longestNote = 4_096;

export function toFeedbackAsk({ searchRequestId, chunkId, vote, note }: SubmitFeedbackRequest): FeedbackAsk {
  if (searchRequestId === "" || searchRequestId.length > longestId) {
    throw invalid("search_request_id", "must be the one that a search's reply names");
  }
  if (chunkId.length > longestId) throw invalid("chunk_id", "must be one of that search's hits, or empty");
  if (vote !== Vote.VOTE_HELPFUL && vote !== Vote.VOTE_UNHELPFUL) {
    throw invalid("vote", "must be VOTE_HELPFUL or VOTE_UNHELPFUL");
  }
  if (note.length > longestNote) throw invalid("note", `must not be longer than ${longestNote} characters`);
  return { searchRequestId, chunkId, vote: vote === Vote.VOTE_HELPFUL ? "helpful" : "unhelpful", note };
}

export function toSearchAsk(request: SearchRequest): SearchAsk {
  const { pageSize: size, pageToken, ...rest } = request;
  return {
    query: checkedQuery(request.query),
    mode: toMode(request.mode),
    profile: toProfile(request.profile),
    filter: toFilter(request.filter),
    sources: few("filter.sources", request.filter?.sources ?? []),
    minGeneration: toGenerations(request.minGeneration),
    pageSize: pageSize(size, defaultPage, largestPage),
    pageToken,
    pageArgs: rest,
    full: toFull(request.view),
    explain: request.explain,
    includeGraph: request.includeGraph,
    maxContentBytes: request.maxContentBytes,
  };
}

function checkedQuery(query: string): string {
  if (query.trim() === "") throw invalid("query", "must hold something to look for");
  // Characters, not UTF-16 units: an emoji is one.
  if (query.length > longestQuery && [...query].length > longestQuery) {
    throw invalid("query", `must not be longer than ${longestQuery} characters`);
  }
  return query;
}

function toMode(mode: WireMode): SearchMode {
  switch (mode) {
    case WireMode.SEARCH_MODE_UNSPECIFIED:
    case WireMode.SEARCH_MODE_HYBRID:
      return "hybrid";
    case WireMode.SEARCH_MODE_LEXICAL:
      return "lexical";
    case WireMode.SEARCH_MODE_SEMANTIC:
      return "semantic";
    default:
      throw invalid("mode", "unknown; use HYBRID, LEXICAL or SEMANTIC");
  }
}

function toFull(view: SearchView): boolean {
  if (view === SearchView.SEARCH_VIEW_FULL) return true;
  if (view === SearchView.SEARCH_VIEW_UNSPECIFIED || view === SearchView.SEARCH_VIEW_BASIC) return false;
  throw invalid("view", "unknown; use BASIC or FULL");
}

function toProfile(profile: string): string {
  if (profile === "") return "default";
  if (profileNames.includes(profile)) return profile;
  throw invalid("profile", `unknown; use one of ${profileNames.join(", ")}`);
}

function toFilter(filter: SearchFilter | undefined): ChunkFilter {
  const updatedAfter = filter?.updatedAfter?.getTime() ?? 0;
  if (!Number.isFinite(updatedAfter)) throw invalid("filter.updated_after", "is outside the range of times");
  return {
    artifactTypes: (filter?.artifactTypes ?? []).map(toArtifactType),
    languages: few("filter.languages", filter?.languages ?? []).map((name) => name.toLowerCase()),
    pathPrefixes: few("filter.path_prefixes", filter?.pathPrefixes ?? []),
    pathGlobs: few("filter.path_globs", filter?.pathGlobs ?? []),
    subsystems: few("filter.subsystems", filter?.subsystems ?? []),
    tags: few("filter.tags", filter?.tags ?? []),
    symbolKinds: (filter?.symbolKinds ?? []).map(toSymbolKind),
    updatedAfter: Math.max(0, updatedAfter),
  };
}

/** Blank values would match everything or nothing, depending on the field: refused rather than guessed at. */
function few(field: string, values: readonly string[]): readonly string[] {
  if (values.length > mostAlternatives) throw invalid(field, `must not name more than ${mostAlternatives} values`);
  if (values.some((value) => value === "")) throw invalid(field, "must not hold an empty value");
  if (values.some((value) => value.length > longestValue)) throw invalid(field, "holds a value that is too long");
  return values;
}

function toArtifactType(value: number): ArtifactType {
  const type = artifactTypes[value - 1];
  if (type === undefined) throw invalid("filter.artifact_types", "holds an unknown or unspecified type");
  return type;
}

function toSymbolKind(value: number): SymbolKind {
  const kind = symbolKinds[value - 1];
  if (kind === undefined) throw invalid("filter.symbol_kinds", "holds an unknown or unspecified kind");
  return kind;
}

function toGenerations(map: { readonly [source: string]: number }): ReadonlyMap<string, number> {
  return new Map(Object.entries(map));
}

export function toArtifactAsk(request: GetArtifactRequest): ArtifactAsk {
  if (request.source === "") throw invalid("source", "must name a source; ListSources names them");
  if (request.path === "") throw invalid("path", "must name a file, relative to the source's root");
  const segments = request.path.split("/");
  if (request.path.length > longestValue || segments.some((part) => part === "" || part === "." || part === "..")) {
    throw invalid("path", "must be relative to the source's root, with forward slashes and without '.' and '..'");
  }
  return {
    source: request.source,
    path: request.path,
    lines: request.lines,
    minGeneration: toGenerations(request.minGeneration),
  };
}

export function fromSearchAnswer(answer: SearchAnswer, ask: SearchAsk, tookMs: number): Wire<SearchResponse> {
  return {
    hits: answer.hits.map((hit) => fromHit(hit, ask.explain)),
    nextPageToken: answer.nextPageToken,
    revisions: answer.revisions.map(fromRevision),
    warnings: [...answer.warnings],
    took: { seconds: Math.floor(tookMs / 1_000), nanos: Math.round((tookMs % 1_000) * 1e6) % 1e9 },
    candidates: answer.candidates,
    searchRequestId: answer.searchRequestId,
  };
}

function fromHit({ ranked, snippet, content, graph }: FoundHit, explain: boolean): Wire<Hit> {
  const { candidate, parts, score } = ranked;
  const start = candidate.lines.start + snippet.firstLine;
  return {
    artifact: fromFacts(candidate.source, candidate.path, candidate.facts),
    chunkId: candidate.chunkId,
    lines: candidate.lines,
    symbol: candidate.symbol && fromSymbol(candidate.symbol),
    snippet: {
      lines: { start, end: start + snippet.lineCount - 1 },
      text: snippet.text,
      highlights: snippet.highlights.map((each) => ({ ...each })),
    },
    content,
    score,
    explanation: explain
      ? {
          signals: parts.map((part) => ({ ...part })),
          lexicalRank: candidate.lexicalRank,
          vectorRank: candidate.vectorRank,
        }
      : undefined,
    graph: graph && fromContext(graph),
  };
}

/** The contract numbers both enums in the domain's order, from 1. */
function fromContext({ nodeId, relations }: GraphContext): Wire<Hit>["graph"] {
  type Wanted = NonNullable<NonNullable<NonNullable<Wire<Hit>["graph"]>["relations"]>[number]>;
  return {
    nodeId,
    relations: relations.map(({ kind, confidence, ...rest }) => ({
      ...rest,
      kind: (edgeKinds.indexOf(kind) + 1) as NonNullable<Wanted["kind"]>,
      confidence: (confidences.indexOf(confidence) + 1) as NonNullable<Wanted["confidence"]>,
    })),
  };
}

export function fromArtifactAnswer(answer: ArtifactAnswer): Wire<GetArtifactResponse> {
  const { file, chunks, symbols } = answer.stored;
  return {
    artifact: fromFacts(answer.source, file.path, file),
    content: answer.content,
    lines: answer.lines,
    totalLines: file.lines,
    symbols: symbols.map(fromSymbol),
    chunks: chunks.map(({ chunkId, lines }) => ({ chunkId, lines })),
    revision: fromRevision(answer.revision),
    warnings: [...answer.warnings],
    truncated: answer.truncated,
    redacted: file.redacted.map(({ start, end }) => ({ start, end })),
  };
}

function fromFacts(source: string, path: string, facts: FileFacts) {
  return {
    source,
    path,
    artifactType: toWireType(facts.artifactType),
    language: facts.language,
    subsystem: facts.subsystem,
    tags: [...facts.tags],
    commit: facts.commit,
    updatedAt: facts.updatedAt > 0 ? new Date(facts.updatedAt) : undefined,
  };
}

/** The contract numbers both enums in the domain's order, from 1. */
function toWireType(type: ArtifactType) {
  return (artifactTypes.indexOf(type) + 1) as NonNullable<NonNullable<Wire<Hit>["artifact"]>["artifactType"]>;
}

function fromSymbol(symbol: CodeSymbol) {
  const kind = (symbolKinds.indexOf(symbol.kind) + 1) as NonNullable<NonNullable<Wire<Hit>["symbol"]>["kind"]>;
  return { name: symbol.name, qualifiedName: symbol.qualifiedName, kind, lines: symbol.lines };
}

function fromRevision({ source, generation, commit, indexedAt, dirty }: Revision) {
  return { source, generation, commit, indexedAt: new Date(indexedAt), dirty };
}
