import type { GraphEdge, GraphNode } from "../../../domain/graph/mod.ts";
import { type At, Fault, invalid, throwIfAborted } from "../../../domain/mod.ts";
import type {
  Degree,
  EdgeQuery,
  GraphStore,
  GraphTotals,
  GraphWriter,
  Neighbourhood,
  NodeQuery,
  PlacedNodes,
  Usage,
  WalkedNodes,
  WalkQuery,
} from "../../../ports/mod.ts";
import { closeLinks } from "../thread/mod.ts";
import { fromEdgesAnswer } from "./edges-wire.ts";
import { type GraphLinks, LibsqlGraphWriter } from "./libsql-graph-writer.ts";
import { fromNodeRows } from "./node-row.ts";
import { fromNeighbourhoodAnswer, fromPlacedAnswer, fromWalkAnswer } from "./placed-wire.ts";

/** The embedded graph as the rest of the program sees it. */
export interface LibsqlGraph extends GraphStore {
  /** Why it can't answer any more; "" while it can. */
  trouble(): string;
}

const most = 10_000;

export class LibsqlGraphStore implements LibsqlGraph {
  readonly #links: GraphLinks;
  readonly #reading = new AbortController();
  #unread = "";
  #closing: Promise<void> | undefined;

  constructor(links: GraphLinks) {
    this.#links = links;
  }

  /** Reads the graph into memory. What is asked meanwhile waits for it, and fails when it does. */
  read(failed: (cause: unknown) => void): void {
    this.#links.reader.call("open", null, this.#reading.signal).catch((cause: unknown) => {
      if (this.#closing !== undefined) return;
      this.#unread = cause instanceof Error ? cause.message : String(cause);
      failed(cause);
    });
  }

  trouble(): string {
    if (this.#closing !== undefined) return "the graph is closed";
    const { writer, reader } = this.#links;
    return (writer.death ?? reader.death)?.message ?? this.#unread;
  }

  async ready(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const trouble = this.trouble();
    if (trouble !== "") throw new Fault("unavailable", trouble);
  }

  async nodes(at: readonly At[], nodeIds: readonly string[], signal: AbortSignal): Promise<readonly GraphNode[]> {
    few("node_ids", nodeIds.length);
    return fromNodeRows(await this.#links.reader.call("nodes", { at, nodeIds }, signal));
  }

  async edges(
    at: readonly At[],
    nodeIds: readonly string[],
    query: EdgeQuery,
    signal: AbortSignal,
  ): Promise<readonly GraphEdge[]> {
    few("node_ids", nodeIds.length);
    few("limit_per_node", query.limitPerNode, 1);
    if (query.offset !== 0 && nodeIds.length !== 1) throw invalid("offset", "is for the edges of one node");
    return fromEdgesAnswer(await this.#links.reader.call("edges", { at, nodeIds, query }, signal));
  }

  async usage(at: readonly At[], nodeIds: readonly string[], signal: AbortSignal): Promise<readonly Usage[]> {
    few("node_ids", nodeIds.length);
    const counts = await this.#links.reader.call("usage", { at, nodeIds }, signal);
    return nodeIds.map((_, place) => ({ users: counts[2 * place]!, tests: counts[2 * place + 1]! }));
  }

  degrees(at: readonly At[], nodeId: string, signal: AbortSignal): Promise<readonly Degree[]> {
    return this.#links.reader.call("degrees", { at, nodeId }, signal);
  }

  async placed(at: readonly At[], nodeIds: readonly string[], signal: AbortSignal): Promise<PlacedNodes> {
    few("node_ids", nodeIds.length);
    return fromPlacedAnswer(await this.#links.reader.call("placed", { at, nodeIds }, signal));
  }

  async neighbourhood(
    at: readonly At[],
    nodeId: string,
    query: EdgeQuery,
    signal: AbortSignal,
  ): Promise<Neighbourhood> {
    few("limit_per_node", query.limitPerNode, 1);
    const answer = await this.#links.reader.call("neighbourhood", { at, nodeId, query }, signal);
    return fromNeighbourhoodAnswer(nodeId, answer);
  }

  async walk(
    at: readonly At[],
    nodeIds: readonly string[],
    query: WalkQuery,
    signal: AbortSignal,
  ): Promise<WalkedNodes> {
    few("node_ids", nodeIds.length);
    return fromWalkAnswer(await this.#links.reader.call("walk", { at, nodeIds, query }, signal));
  }

  async search(
    at: readonly At[],
    query: NodeQuery,
    offset: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly GraphNode[]> {
    few("limit", limit, 1);
    return fromNodeRows(await this.#links.reader.call("search", { at, query, offset, limit }, signal));
  }

  count(at: At, signal: AbortSignal): Promise<GraphTotals> {
    return this.#links.reader.call("count", { source: at.source, generation: at.generation }, signal);
  }

  async begin(source: string, base: number, next: number, signal: AbortSignal): Promise<GraphWriter> {
    const { writer, reader } = this.#links;
    const key = { source, generation: next };
    // What is being read must not change under the reading.
    await reader.call("ready", null, signal);
    // Not handed the signal: an aborted caller must not leave a writer open that nobody holds.
    const ground = await writer.call("begin", { ...key, base });
    const made = new LibsqlGraphWriter(this.#links, key, ground);
    try {
      await reader.call("takenBack", { source, base: ground });
      throwIfAborted(signal);
    } catch (error) {
      await made.abort();
      throw error;
    }
    return made;
  }

  async sweep(source: string, oldest: number, signal: AbortSignal): Promise<number> {
    let deleted = 0;
    await this.#links.reader.call("ready", null, signal);
    try {
      // A call a step, so that writers get their turn in between.
      for (;;) {
        const step = await this.#links.writer.call("sweep", { source, oldest }, signal);
        deleted += step.deleted;
        if (step.done) return deleted;
      }
    } finally {
      await this.#links.reader.call("swept", { source, oldest });
    }
  }

  close(): Promise<void> {
    const { writer, reader } = this.#links;
    this.#closing ??= closeLinks([reader, writer]);
    this.#reading.abort();
    return this.#closing;
  }
}

function few(field: string, count: number, least = 0): void {
  if (count > most || count < least) throw invalid(field, `must be ${least} to ${most} in one call`);
}
