import type { At } from "../../domain/mod.ts";
import { fieldCount } from "../../domain/text/mod.ts";
import type { Collections } from "./collections.ts";
import { all, is, within } from "./filters.ts";
import { pointId } from "./point-id.ts";
import type { Payload, Points } from "./points.ts";
import { malformed } from "./qdrant-fault.ts";
import type { TakenBack } from "./take-back.ts";

/** A committed generation of a source. That it is in the catalogue is what makes it one. */
export interface Generation extends At {
  /** Where its chunks are. */
  readonly collection: string;
  readonly files: number;
  readonly chunks: number;
  /** Terms of all visible chunks, by lexical field: what the averages of BM25F are made of. */
  readonly lengths: readonly number[];
}

const fields = ["source", "generation", "collection", "files", "chunks", "lengths"];

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

  /** Takes those out whose number is in the range. */
  async remove(source: string, range: TakenBack | { readonly lt: number }, signal: AbortSignal) {
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
  return payload as unknown as Generation;
}
