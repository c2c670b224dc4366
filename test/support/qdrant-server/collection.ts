import type { Schemas } from "@qdrant/js-client-rest";
import { BadRequest, keysOf, type Payload, passes } from "./conditions.ts";

interface Sparse {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

interface StoredPoint {
  readonly id: string;
  readonly dense: ReadonlyMap<string, Float32Array>;
  readonly sparse: ReadonlyMap<string, Sparse>;
  payload: Payload;
  version: number;
}

type Shape = Schemas["CreateCollection"];

/** One collection: every answer looks at every point. */
export class Collection {
  readonly shape: Shape;
  readonly indexes = new Map<string, Schemas["PayloadFieldSchema"]>();
  /** Keys filtered by without an index: a real server would read every payload. */
  readonly unindexed = new Set<string>();
  readonly #points = new Map<string, StoredPoint>();
  #version = 0;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  get size(): number {
    return this.#points.size;
  }

  upsert(points: readonly Schemas["PointStruct"][]): void {
    // All or none: one that is refused refuses its batch.
    const read = points.map((point) => this.#read(point));
    for (const point of read) this.#points.set(point.id, point);
  }

  delete(selector: Schemas["PointsSelector"]): void {
    for (const { id } of this.#selected(selector)) this.#points.delete(id);
  }

  setPayload({ payload, points, filter }: Schemas["SetPayload"]): void {
    const selector = filter ? { filter } : { points: points ?? [] };
    for (const point of this.#selected(selector as Schemas["PointsSelector"])) {
      point.payload = { ...point.payload, ...(payload as Payload) };
    }
  }

  count(filter: unknown): number {
    return this.#matching(filter).length;
  }

  /** By id order, as the real server scrolls. */
  scroll({ filter, limit, offset, with_payload, with_vector, order_by }: Schemas["ScrollRequest"]) {
    if (order_by) throw new BadRequest("this server scrolls by id only");
    const from = this.#matching(filter)
      .filter(({ id }) => offset === undefined || offset === null || id >= String(offset))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const page = from.slice(0, limit ?? 10);
    const next = from[page.length]?.id ?? null;
    return { points: page.map((point) => shown(point, with_payload ?? true, with_vector)), next_page_offset: next };
  }

  retrieve({ ids, with_payload, with_vector }: Schemas["PointRequest"]) {
    const found = ids.map((id) => this.#points.get(checkedId(id))).filter((point) => point !== undefined);
    return found.map((point) => shown(point, with_payload ?? true, with_vector));
  }

  /** Best first; equal scores in an order that says nothing, as on a real server. */
  query(request: Schemas["QueryRequest"]) {
    const { query, using, filter, limit, offset, with_payload, with_vector } = request;
    const points = this.#matching(filter);
    const scored = points.flatMap((point) => {
      const score = this.#score(point, query, using ?? "");
      return score === undefined ? [] : [{ point, score }];
    });
    scored.sort((a, b) => b.score - a.score || (reversed(a.point.id) < reversed(b.point.id) ? -1 : 1));
    const from = offset ?? 0;
    return {
      points: scored.slice(from, from + (limit ?? 10)).map(({ point, score }) => {
        return { ...shown(point, with_payload ?? false, with_vector), version: point.version, score };
      }),
    };
  }

  #score(point: StoredPoint, query: unknown, using: string): number | undefined {
    if (Array.isArray(query)) {
      const size = this.#denseSize(using);
      if (query.length !== size)
        throw new BadRequest(`Vector dimension error: expected dim: ${size}, got ${query.length}`);
      const vector = point.dense.get(using);
      if (vector === undefined) return undefined;
      // Single floats, as the engine computes.
      return vector.reduce((sum, value, at) => Math.fround(sum + Math.fround(value * Math.fround(query[at]))), 0);
    }
    const sparse = query as Sparse;
    if (!Array.isArray(sparse?.indices)) throw new BadRequest("this server takes dense and sparse queries");
    if (!Object.hasOwn(this.shape.sparse_vectors ?? {}, using))
      throw new BadRequest(`Not existing vector name ${using}`);
    checkSparse(sparse);
    const held = point.sparse.get(using);
    if (held === undefined) return undefined;
    const weights = new Map(held.indices.map((index, at) => [index, held.values[at] as number]));
    let score: number | undefined;
    sparse.indices.forEach((index, at) => {
      const weight = weights.get(index);
      if (weight !== undefined) score = Math.fround((score ?? 0) + weight * (sparse.values[at] as number));
    });
    return score;
  }

  #denseSize(name: string): number {
    const params = (this.shape.vectors as Record<string, Schemas["VectorParams"]> | undefined)?.[name];
    if (params === undefined) throw new BadRequest(`Not existing vector name ${name}`);
    if (params.distance !== "Dot") throw new BadRequest("this server knows the distance Dot");
    return params.size;
  }

  #read({ id, vector, payload }: Schemas["PointStruct"]): StoredPoint {
    const dense = new Map<string, Float32Array>();
    const sparse = new Map<string, Sparse>();
    if (Array.isArray(vector)) throw new BadRequest("this collection has named vectors");
    for (const [name, value] of Object.entries(vector)) {
      if (Array.isArray(value)) {
        const size = this.#denseSize(name);
        if (value.length !== size)
          throw new BadRequest(`Vector dimension error: expected dim: ${size}, got ${value.length}`);
        dense.set(name, Float32Array.from(value as number[]));
      } else {
        if (!Object.hasOwn(this.shape.sparse_vectors ?? {}, name))
          throw new BadRequest(`Not existing vector name ${name}`);
        checkSparse(value as Sparse);
        sparse.set(name, value as Sparse);
      }
    }
    return {
      id: checkedId(id),
      dense,
      sparse,
      payload: structuredClone((payload ?? {}) as Payload),
      version: ++this.#version,
    };
  }

  #selected(selector: Schemas["PointsSelector"]): StoredPoint[] {
    if ("filter" in selector) return this.#matching(selector.filter);
    return selector.points.map((id) => this.#points.get(checkedId(id))).filter((point) => point !== undefined);
  }

  #matching(filter: unknown): StoredPoint[] {
    for (const key of keysOf(filter)) if (!this.indexes.has(key)) this.unindexed.add(key);
    return [...this.#points.values()].filter(({ id, payload }) => {
      return passes(filter as Schemas["Filter"] | undefined, payload, id);
    });
  }
}

function reversed(id: string): string {
  return [...id].reverse().join("");
}

function checkedId(id: Schemas["ExtendedPointId"]): string {
  if (typeof id === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw new BadRequest(`value ${id} is not a valid point ID, valid values are either an unsigned integer or a UUID`);
}

function checkSparse({ indices, values }: Sparse): void {
  const whole = indices.every((index) => Number.isInteger(index) && index >= 0 && index <= 0xffff_ffff);
  if (!whole || indices.length !== values.length)
    throw new BadRequest("indices and values must match, indices are u32");
  if (new Set(indices).size !== indices.length) throw new BadRequest("must be unique");
}

function shown({ id, payload }: StoredPoint, withPayload: unknown, withVector: unknown) {
  if (withVector) throw new BadRequest("this server gives no vectors back");
  if (withPayload === true) return { id, payload };
  if (!Array.isArray(withPayload)) return { id, payload: null };
  const kept = withPayload.filter((field: string) => Object.hasOwn(payload, field));
  return { id, payload: Object.fromEntries(kept.map((field: string) => [field, payload[field]])) };
}
