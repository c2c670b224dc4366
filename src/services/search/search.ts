import {
  type At,
  chooseRevisions,
  Fault,
  type PageScope,
  type Principal,
  quotaKey,
  type Revision,
  revisionsOfPage,
  throwIfAborted,
} from "../../domain/mod.ts";
import type {
  CallExtension,
  ChunkIndex,
  Clock,
  Embedder,
  FeedbackStore,
  Random,
  Reranker,
  Sources,
  State,
  Telemetry,
} from "../../ports/mod.ts";
import { type Batch, type BatchPlan, readBatch, type Timed } from "./batches.ts";
import type { GraphUsage } from "./graph-usage.ts";
import { type PagePosition, parsePageToken, toPageToken } from "./page.ts";
import type { SearchAsk } from "./query/request.ts";
import { type Understanding, understand } from "./query/understand.ts";
import type { Ranked } from "./rank/ranked.ts";
import { graphSignals, type Weights, weightsFor } from "./rank/weights.ts";
import { AskedTerms } from "./reply/asked-terms.ts";
import { withinBudget } from "./reply/content-budget.ts";
import type { GraphContext, GraphContexts } from "./reply/graph-context.ts";
import { type Snippet, snippetOf } from "./reply/snippet.ts";
import { rerankWith } from "./rerank.ts";
import type { Turns } from "./turns.ts";

/** What the service stands on. */
export interface SearchPorts {
  readonly index: ChunkIndex;
  /** Absent: whoever comes is served. */
  readonly turns?: Turns | undefined;
  readonly embedder: Embedder;
  /** Absent, or for no hits: hits stay as they are ranked. */
  readonly reranker?: Reranker;
  /** Absent: feedback is refused. */
  readonly feedback?: FeedbackStore;
  /** Absent: hits come without relations. */
  readonly graph?: GraphContexts;
  /** Absent: hits are ranked without what uses and tests them. */
  readonly usage?: GraphUsage;
  readonly state: State;
  readonly sources: Sources;
  readonly telemetry: Telemetry;
  readonly clock: Clock & Random;
}

export interface SearchSettings {
  /** By signal, what its weight is multiplied by. Looked at with every search, so that an evaluation can change it. */
  readonly scale: ReadonlyMap<string, number>;
}

export interface FoundHit {
  readonly ranked: Ranked;
  readonly snippet: Snippet;
  /** "" unless the full view was asked for. */
  readonly content: string;
  readonly graph?: GraphContext | undefined;
}

export interface SearchAnswer {
  readonly hits: readonly FoundHit[];
  readonly nextPageToken: string;
  readonly revisions: readonly Revision[];
  readonly warnings: readonly string[];
  readonly candidates: number;
  readonly searchRequestId: string;
}

/** Content bytes of a reply when the caller names none: far below the send limit, far above fifty passages' need. */
const defaultContentBytes = 1024 * 1024;

export async function search(
  ask: SearchAsk,
  call: CallExtension,
  ports: SearchPorts,
  settings: SearchSettings,
  timed: Timed,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  throwIfAborted(signal);
  const warnings: string[] = [];
  const scope: PageScope = { method: "Search", args: ask.pageArgs, principal: call.principal.tokenId };
  const { revisions, position } = await whereToRead(ask, call.principal, ports, scope, warnings);
  const query = understand(ask.query);
  const answer = { revisions, warnings, searchRequestId: ports.clock.uuid() };
  if (revisions.length === 0) return { ...answer, hits: [], nextPageToken: "", candidates: 0 };

  const inTurn: BatchPlan["inTurn"] = (work) => ports.turns?.run(quotaKey(call.principal), signal, work) ?? work();
  const rerank = rerankWith(ports, query.embedText, warnings);
  const weights = weightsFor(query.kind, ask.profile, settings.scale);
  const plan: BatchPlan = {
    at: revisions.map(({ source, generation }) => ({ source, generation })),
    filter: ask.filter,
    query: ask.mode === "semantic" ? { ...query, terms: [] } : query,
    vector: wantsVector(ask, revisions, ports.embedder, warnings)
      ? await timed("embed", () => embed(ask, query, ports, warnings, signal))
      : undefined,
    weights,
    usage: usageFor(ask, position, weights, ports, warnings, signal),
    now: ports.clock.now(),
    rerank,
    // A reranker may be a server that takes long and does many at once: then only the index's part is in turn.
    inTurn: rerank === undefined ? (work) => work() : inTurn,
  };
  if (plan.query.terms.length === 0 && ask.mode !== "semantic") {
    warnings.push("the query holds no word to look up: only common words or signs; add a name or a subject");
  }
  if (plan.vector === undefined && plan.query.terms.length === 0) {
    return { ...answer, hits: [], nextPageToken: "", candidates: 0 };
  }
  const find = async (): Promise<SearchAnswer> => {
    const page = await readPage(ports.index, plan, position, ask.pageSize, timed, signal);
    if (page.filteredTotal === 0 && page.hits.length === 0) warnings.push("no indexed passage passes the filter");
    // Sealed by another thread meanwhile.
    const [hits, nextPageToken] = await Promise.all([
      timed("texts", () => withTexts(page.hits, plan, query, ask, ports.index, warnings, signal)),
      page.next === undefined ? "" : toPageToken(ports.state.pageKey, scope, page.next),
    ]);
    const contexts = await timed("graph", () => withGraph(page.hits, plan, ask, ports, warnings, signal));
    const told = hits.map((hit, i) => ({ ...hit, graph: contexts[i] }));
    return { ...answer, hits: told, nextPageToken, candidates: page.candidates };
  };
  return rerank === undefined ? inTurn(find) : find();
}

/** How the graph is asked what uses passages: not where nothing weighs it, nor where the pages before did without. */
function usageFor(
  { pageToken }: SearchAsk,
  { at, graphless }: PagePosition,
  { signals }: Weights,
  { usage }: SearchPorts,
  warnings: string[],
  signal: AbortSignal,
): BatchPlan["usage"] {
  if (usage === undefined || graphless || graphSignals.every((name) => (signals[name] ?? 0) === 0)) return undefined;
  return (candidates) => usage.of(candidates, at, pageToken !== "", signal, (why) => void warnings.push(why));
}

/** What the graph says of hits, where it was asked for. */
async function withGraph(
  hits: readonly Ranked[],
  { at }: BatchPlan,
  { includeGraph }: SearchAsk,
  { graph }: SearchPorts,
  warnings: string[],
  signal: AbortSignal,
): Promise<readonly (GraphContext | undefined)[]> {
  if (!includeGraph || hits.length === 0) return [];
  const candidates = hits.map(({ candidate }) => candidate);
  if (graph !== undefined) return graph.of(candidates, at, signal, (why) => void warnings.push(why));
  warnings.push("include_graph: this gateway has no graph; hits come without relations");
  return [];
}

async function whereToRead(
  ask: SearchAsk,
  principal: Principal,
  ports: SearchPorts,
  scope: PageScope,
  warnings: string[],
): Promise<{ revisions: readonly Revision[]; position: PagePosition }> {
  const { revisions: served, pageKey } = ports.state;
  if (ask.pageToken !== "") {
    const position = await parsePageToken(pageKey, scope, ask.pageToken);
    return { revisions: revisionsOfPage(position.at, principal, (one) => served.readable(one)), position };
  }
  const names = ports.sources.all().map(({ name }) => name);
  const choice = chooseRevisions(ask.sources, ask.minGeneration, principal, served.served(), names);
  for (const name of choice.notIndexed) warnings.push(`source '${name}' has no index yet; start an ingest`);
  if (choice.revisions.length === 0 && choice.notIndexed.length === 0) warnings.push("nothing is indexed");
  const at: At[] = choice.revisions.map(({ source, generation }) => ({ source, generation }));
  return { revisions: choice.revisions, position: { at, batch: 0, index: 0, graphless: false } };
}

/** Vectors of two embedders are never compared: a source written under another one is searched by words. */
function wantsVector(
  { mode }: SearchAsk,
  revisions: readonly Revision[],
  { fingerprint }: Embedder,
  warnings: string[],
): boolean {
  if (mode === "lexical") return false;
  // A revision's fingerprint names the embedder, then the chunker.
  const other = revisions.filter((revision) => revision.fingerprint.split(" ")[0] !== fingerprint);
  if (other.length === 0) return true;
  const names = other.map(({ source }) => `'${source}'`).join(", ");
  if (mode === "semantic") {
    throw new Fault("precondition", `${names} was indexed with another embedder; ingest it again, or search by words`, {
      reason: "EMBEDDER_CHANGED",
    });
  }
  warnings.push(`${names} was indexed with another embedder: found by words only until it is ingested again`);
  return false;
}

/** The query's vector; undefined when it has none, or when hybrid search must do without. */
async function embed(
  ask: SearchAsk,
  query: Understanding,
  { embedder }: SearchPorts,
  warnings: string[],
  signal: AbortSignal,
): Promise<Float32Array | undefined> {
  try {
    const [vector] = await embedder.embed([query.embedText], "query", signal);
    return vector?.some((value) => value !== 0) ? vector : undefined;
  } catch (error) {
    if (ask.mode === "semantic" || signal.aborted) throw error;
    warnings.push("the embedder did not answer: found by words only");
    return undefined;
  }
}

interface Page {
  readonly hits: readonly Ranked[];
  readonly next: PagePosition | undefined;
  readonly candidates: number;
  readonly filteredTotal: number;
}

/** `size` hits from a position on, across batches; one more is looked for, to know whether another page follows. */
async function readPage(
  index: ChunkIndex,
  plan: BatchPlan,
  from: PagePosition,
  size: number,
  timed: Timed,
  signal: AbortSignal,
): Promise<Page> {
  const hits: Ranked[] = [];
  let candidates = 0;
  let filteredTotal = 0;
  let { graphless } = from;
  let start = from.index;
  for (let number = from.batch; ; number++) {
    const room = size - hits.length;
    const batch: Batch = await readBatch(index, plan, number, start + room + 1, timed, signal);
    candidates += batch.candidates;
    filteredTotal = batch.filteredTotal;
    graphless ||= batch.graphless;
    hits.push(...batch.ranked.slice(start, start + room));
    if (batch.ranked.length > start + room) {
      const next = { at: plan.at, batch: number, index: start + room, graphless };
      return { hits, next, candidates, filteredTotal };
    }
    if (batch.last) return { hits, next: undefined, candidates, filteredTotal };
    start = 0;
  }
}

async function withTexts(
  ranked: readonly Ranked[],
  plan: BatchPlan,
  query: Understanding,
  ask: SearchAsk,
  index: ChunkIndex,
  warnings: string[],
  signal: AbortSignal,
): Promise<FoundHit[]> {
  if (ranked.length === 0) return [];
  const ids = ranked.map(({ candidate }) => candidate.chunkId);
  const texts = new Map((await index.passages(plan.at, ids, signal)).map(({ chunkId, text }) => [chunkId, text]));
  const ordered = ids.map((id) => texts.get(id) ?? "");
  const asked = new AskedTerms(new Map(query.terms.map(({ term, weight }) => [term, weight])));
  const limit = ask.maxContentBytes > 0 ? Math.min(ask.maxContentBytes, defaultContentBytes) : defaultContentBytes;
  const { texts: contents, cut } = ask.full ? withinBudget(ordered, limit) : { texts: [], cut: 0 };
  if (cut > 0) warnings.push(`max_content_bytes: the content of ${cut} hit(s) was cut at ${limit} bytes in all`);
  return ranked.map((each, at) => ({
    ranked: each,
    snippet: snippetOf(ordered[at] as string, asked),
    content: contents[at] ?? "",
  }));
}
