import type { At } from "../../domain/mod.ts";
import { fieldCount } from "../../domain/text/mod.ts";
import type { Collections } from "./collections.ts";
import { all, amongNumbers, is, type Seen, within } from "./filters.ts";
import { pointId } from "./point-id.ts";
import type { Payload, Points } from "./points.ts";
import { malformed } from "./qdrant-fault.ts";
import type { TakenBack } from "./take-back.ts";

/** A committed generation of a source. That it is in the catalogue is what makes it one. */
export interface Generation extends Seen {
  /** Where its chunks are. */
  readonly collection: string;
  readonly files: number;
  readonly chunks: number;
  /** Terms of all visible chunks, by lexical field: what the averages of BM25F are made of. */
  readonly lengths: readonly number[];
}

const fields = ["source", "generation", "collection", "files", "chunks", "lengths", "givenUp"];

/** Committed generations, remembered: one never changes. */
export class Generations {
  readonly #points: Points;
  readonly #collections: Collections;
  readonly #known = new Map<string, readonly Generation[]>();

  constructor(points: Points, collections: Collections) {
    this.#points = points;
    this.#collections = collections;
  }

  /** The latest not past the one asked for; undefined when there is none. */
  async at({ source, generation }: At, signal: AbortSignal): Promise<Generation | undefined> {
    const known = this.#known.get(source)?.find((one) => one.generation === generation);
    return known ?? (await this.of(source, signal)).find((one) => one.generation <= generation);
  }

  /** Newest first, as the server has them now. */
  async of(source: string, signal: AbortSignal): Promise<readonly Generation[]> {
    const filter = all(is("kind", "generation"), is("source", source));
    const points = await this.#points.all(this.#collections.catalogue, filter, fields, signal);
    const read = points.map(({ payload }) => parse(payload)).sort((a, b) => b.generation - a.generation);
    this.#known.set(source, read);
    return read;
  }

  async add(generation: Generation, signal: AbortSignal): Promise<void> {
    const { source, generation: number } = generation;
    const id = pointId("generation", source, number);
    const point = { id, vector: {}, payload: { kind: "generation", ...generation } };
    await this.#points.update(this.#collections.catalogue, [{ upsert: { points: [point] } }], signal);
    this.forget(source);
  }

  /** Says that a writer begins a generation, until it has ended: the next one knows what may still be written. */
  async tellBegun({ source, generation }: At, signal: AbortSignal): Promise<void> {
    const point = {
      id: pointId("begun", source, generation),
      vector: {},
      payload: { kind: "begun", source, generation },
    };
    await this.#points.update(this.#collections.catalogue, [{ upsert: { points: [point] } }], signal);
  }

  /** Generations that writers have begun and not ended. */
  async begun(source: string, signal: AbortSignal): Promise<readonly number[]> {
    const filter = all(is("kind", "begun"), is("source", source));
    const points = await this.#points.all(this.#collections.catalogue, filter, ["generation"], signal);
    return points.map(({ payload }) => Number(payload["generation"]));
  }

  async forgetBegun(source: string, generations: readonly number[], signal: AbortSignal): Promise<void> {
    const filter = all(is("kind", "begun"), is("source", source), amongNumbers("generation", generations));
    await this.#points.update(this.#collections.catalogue, [{ delete: { filter } }], signal);
  }

  /** Takes those out whose number is in the range. */
  async remove(
    source: string,
    range: TakenBack | { readonly lt: number } | { readonly gt: number },
    signal: AbortSignal,
  ) {
    const filter = all(is("kind", "generation"), is("source", source), within("generation", range));
    await this.#points.update(this.#collections.catalogue, [{ delete: { filter } }], signal);
    this.forget(source);
  }

  forget(source: string): void {
    this.#known.delete(source);
  }
}

function parse(payload: Payload): Generation {
  const { source, generation, collection, files, chunks, lengths } = payload;
  const numbers = [generation, files, chunks, ...(Array.isArray(lengths) ? lengths : [])];
  const whole = numbers.length === 3 + fieldCount && numbers.every((number) => Number.isSafeInteger(number));
  if (!whole || typeof source !== "string" || typeof collection !== "string") throw malformed("generations");
  const givenUp = payload["givenUp"] ?? [];
  // Those of before there was such a list have none.
  if (!Array.isArray(givenUp) || !givenUp.every((number) => Number.isSafeInteger(number)))
    throw malformed("generations");
  return { ...payload, givenUp } as unknown as Generation;
}
