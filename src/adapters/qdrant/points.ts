import type { Schemas } from "@qdrant/js-client-rest";
import type { Connection } from "./connection.ts";
import type { Filter } from "./filters.ts";
import { malformed } from "./qdrant-fault.ts";

export type Payload = Readonly<Record<string, unknown>>;

/** A point as it is read. */
export interface Point {
  readonly id: string;
  readonly payload: Payload;
}

export interface ScoredPoint extends Point {
  readonly score: number;
}

export type NewPoint = Schemas["PointStruct"];
export type Operation = Schemas["UpdateOperation"];
export type Query = Schemas["QueryRequest"];

/** Rows of one answer: 1,000 rows of counts and codes are about 1.5 MB. */
const pageSize = 1_000;

/** Reads and writes points of any collection, whose answers it checks. */
export class Points {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async count(collection: string, filter: Filter, signal: AbortSignal): Promise<number> {
    const { count } = await this.#connection.read(
      "count",
      (api, init) => api.countPoints({ collection_name: collection, filter, exact: true }, init),
      signal,
    );
    if (!Number.isSafeInteger(count) || count < 0) throw malformed("count");
    return count;
  }

  /** Every match, in no order that means anything, a page at a time. */
  async *scroll(
    collection: string,
    filter: Filter,
    fields: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly Point[]> {
    let offset: Schemas["ExtendedPointId"] | undefined;
    for (;;) {
      const from = offset;
      const { points, next_page_offset: next } = await this.#connection.read(
        "scroll",
        (api, init) =>
          api.scrollPoints(
            {
              collection_name: collection,
              filter,
              limit: pageSize,
              with_payload: [...fields],
              with_vector: false,
              ...(from === undefined ? {} : { offset: from }),
            },
            init,
          ),
        signal,
      );
      yield read(points, "scroll");
      if (next === undefined || next === null) return;
      if (next === from || (typeof next !== "string" && typeof next !== "number")) throw malformed("scroll");
      offset = next;
    }
  }

  async all(collection: string, filter: Filter, fields: readonly string[], signal: AbortSignal): Promise<Point[]> {
    const points: Point[] = [];
    for await (const page of this.scroll(collection, filter, fields, signal)) points.push(...page);
    return points;
  }

  /** By id; ids that are gone are left out. */
  async get(collection: string, ids: readonly string[], fields: readonly string[], signal: AbortSignal) {
    const found = new Map<string, Payload>();
    for (let from = 0; from < ids.length; from += pageSize) {
      const points = await this.#connection.read(
        "retrieve",
        (api, init) =>
          api.getPoints(
            {
              collection_name: collection,
              ids: ids.slice(from, from + pageSize),
              with_payload: [...fields],
              with_vector: false,
            },
            init,
          ),
        signal,
      );
      for (const { id, payload } of read(points, "retrieve")) found.set(id, payload);
    }
    return found;
  }

  /** Candidate lists, all in one exchange, in the order asked; best first each. */
  async queryBatch(collection: string, searches: Query[], signal: AbortSignal): Promise<ScoredPoint[][]> {
    if (searches.length === 0) return [];
    const lists = await this.#connection.read(
      "query",
      (api, init) => api.queryBatchPoints({ collection_name: collection, searches }, init),
      signal,
    );
    if (!Array.isArray(lists) || lists.length !== searches.length) throw malformed("query");
    return lists.map(({ points }) => {
      return read(points, "query").map((point, at) => {
        const score = points[at]?.score;
        if (typeof score !== "number") throw malformed("query");
        return { ...point, score };
      });
    });
  }

  /** Operations in their order, done when this resolves. Each may be done twice. */
  async update(collection: string, operations: Operation[], signal: AbortSignal): Promise<void> {
    if (operations.length === 0) return;
    const results = await this.#connection.write(
      "update",
      (api, init) => api.batchUpdate({ collection_name: collection, wait: true, operations }, init),
      signal,
    );
    const done = Array.isArray(results) && results.length === operations.length;
    // "acknowledged" is what a server says that only promises to do it.
    if (!done || results.some(({ status }) => status !== "completed")) throw malformed("update");
  }
}

function read(points: unknown, operation: string): Point[] {
  if (!Array.isArray(points)) throw malformed(operation);
  return points.map((point: { id?: unknown; payload?: unknown }) => {
    const { id, payload } = point ?? {};
    if (typeof id !== "string" || typeof payload !== "object" || payload === null) throw malformed(operation);
    return { id, payload: payload as Payload };
  });
}
