import { fieldCount } from "../../../domain/text/mod.ts";
import type { EngineMatches, EngineQuery, EngineRow } from "./engine-query.ts";
import { LexicalScan } from "./lexical-scan.ts";
import { findRow, type LoadedSegment, orderByRowId, type ReadySegment } from "./loaded-segment.ts";
import { type RowState, rowStates } from "./row-states.ts";
import { readSegment, withoutCodes } from "./segment-layout.ts";
import { TopRows } from "./top-rows.ts";
import { type ScanShare, VectorMemory } from "./vector-memory.ts";
import { filtered, Visibility } from "./visibility.ts";

export interface EngineMemory {
  readonly rows: number;
  readonly segments: number;
  readonly postingBytes: number;
  /** Dictionary, lengths, states, masks and accumulators. */
  readonly otherBytes: number;
  readonly vectorBytes: number;
}

export interface Engine {
  /**
   * Makes a segment ready, in steps of a few milliseconds; its bytes may be let go afterwards. `stateOf` is asked once
   * a row; undefined hides the row.
   * @throws SegmentError for damaged bytes; RangeError for other dimensions.
   */
  prepare(
    segmentId: number,
    bytes: Uint8Array,
    stateOf: (rowId: number) => RowState | undefined,
  ): Generator<undefined, ReadySegment>;
  /** Lets go of what was made ready and is not wanted. */
  discard(ready: readonly ReadySegment[]): void;
  /**
   * Takes segments out, passing over those that are not there, and puts others in.
   * @throws RangeError for an id that is loaded already.
   */
  exchange(gone: readonly number[], ready: readonly ReadySegment[]): void;
  /** Sets the generation that no longer sees these rows (`alive` takes an end back). Unknown rows are passed over. */
  end(rowIds: Iterable<number>, dead: number): void;
  search(query: EngineQuery): EngineMatches;
  memory(): EngineMemory;
  /** A thread that helps ends. */
  close(): void;
}

/** @param options.help starts a thread that helps to scan: `helpScans` there, until the engine is closed */
export function openEngine(options: {
  readonly dimensions: number;
  readonly help?: ((share: ScanShare) => void) | undefined;
}): Engine {
  return new SegmentEngine(options.dimensions, options.help);
}

class SegmentEngine implements Engine {
  readonly #dimensions: number;
  readonly #visibility = new Visibility();
  readonly #lexical = new LexicalScan();
  readonly #vectors: VectorMemory;
  #segments: LoadedSegment[] = [];
  #slots = 0;
  /** Tie keys by slot. */
  #ties = new Uint32Array(0);

  constructor(dimensions: number, help?: (share: ScanShare) => void) {
    this.#dimensions = dimensions;
    this.#vectors = new VectorMemory(dimensions);
    help?.(this.#vectors.share);
  }

  *prepare(
    segmentId: number,
    bytes: Uint8Array,
    stateOf: (rowId: number) => RowState | undefined,
  ): Generator<undefined, ReadySegment> {
    const parts = readSegment(bytes, fieldCount);
    if (parts.dimensions !== this.#dimensions && parts.documents > 0) {
      throw new RangeError(`the segment has ${parts.dimensions} dimensions, the engine ${this.#dimensions}`);
    }
    yield;
    const states = yield* rowStates(parts.rowIds, stateOf);
    const vectors = yield* this.#vectors.place(parts.codes, parts.scales);
    const kept = withoutCodes(parts, fieldCount);
    const byRowId = orderByRowId(kept.rowIds);
    return { id: segmentId, parts: kept, states, vectors, byRowId };
  }

  discard(ready: readonly ReadySegment[]): void {
    for (const { vectors } of ready) this.#vectors.free(vectors);
  }

  exchange(gone: readonly number[], ready: readonly ReadySegment[]): void {
    const leaving = this.#segments.filter(({ id }) => gone.includes(id));
    const staying = this.#segments.filter(({ id }) => !gone.includes(id));
    const twice = ready.find(({ id }) => staying.some((segment) => segment.id === id));
    if (twice !== undefined) throw new RangeError(`segment ${twice.id} is loaded already`);
    if (leaving.length + ready.length === 0) return;
    this.discard(leaving);
    this.#segments = [...staying, ...ready.map((segment) => ({ ...segment, base: 0 }))];
    this.#number();
  }

  end(rowIds: Iterable<number>, dead: number): void {
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (const rowId of rowIds) {
      for (const segment of this.#segments) {
        const row = findRow(segment, rowId);
        if (row < 0) continue;
        const before = segment.states.dead[row] as number;
        segment.states.dead[row] = dead;
        first = Math.min(first, before, dead);
        last = Math.max(last, before, dead);
        break;
      }
    }
    // Generations from one end up to the other see the rows otherwise than before.
    if (this.#visibility.forget(first, last)) this.#lexical.forget();
  }

  search(query: EngineQuery): EngineMatches {
    const visible = this.#visibility.of(query.sources, this.#segments, this.#slots);
    const filter = filtered(visible, query, this.#segments);
    const vector = query.vector?.some((component) => component !== 0) ? query.vector : undefined;
    if (vector !== undefined) this.#vectors.begin(vector, filter.mask, this.#segments);
    const found = this.#lexical.run(query.terms, query.tuning, this.#segments, visible, filter.mask);
    const wanted = query.offset + query.limit;
    const lexicalTop = new TopRows(wanted, this.#before);
    const lexicalMax = lexicalTop.offerEach(found.matched, found.scores);
    const nearest =
      vector === undefined
        ? []
        : this.#vectors.nearest(vector, filter.mask, this.#segments, Math.max(wanted, 1), this.#before);
    const rows = new Map<number, { lexicalRank: number; vectorRank: number; vector?: number }>();
    lexicalTop.sorted().forEach(({ slot }, index) => {
      if (index >= query.offset) rows.set(slot, { lexicalRank: index + 1, vectorRank: 0 });
    });
    nearest.forEach(({ slot, score }, index) => {
      if (index < query.offset || index >= wanted) return;
      const row = rows.get(slot);
      if (row === undefined) rows.set(slot, { lexicalRank: 0, vectorRank: index + 1, vector: score });
      else {
        row.vectorRank = index + 1;
        row.vector = score;
      }
    });
    return {
      rows: Array.from(rows, ([slot, ranks]): EngineRow => {
        const segment = this.#segmentOf(slot);
        const row = slot - segment.base;
        return {
          rowId: segment.parts.rowIds[row] as number,
          file: segment.states.file[row] as number,
          lexical: found.scores[slot] as number,
          lexicalRank: ranks.lexicalRank,
          vector: vector === undefined ? 0 : (ranks.vector ?? this.#vectors.exact(vector, segment.vectors, row)),
          vectorRank: ranks.vectorRank,
        };
      }),
      lexicalTotal: found.matched.length,
      filteredTotal: filter.total,
      documents: visible.documents,
      documentFrequency: found.documentFrequency,
      lexicalMax,
      vectorMax: nearest[0]?.score ?? 0,
    };
  }

  memory(): EngineMemory {
    const sum = (of: (segment: LoadedSegment) => number) => this.#segments.reduce((all, next) => all + of(next), 0);
    const postingBytes = sum(({ parts }) => parts.postings.byteLength);
    const held = sum(({ parts }) => parts.rowIds.buffer.byteLength);
    return {
      rows: this.#slots,
      segments: this.#segments.length,
      postingBytes,
      otherBytes: held - postingBytes + this.#slots * 32 + this.#ties.byteLength + this.#lexical.bytes,
      vectorBytes: this.#vectors.bytes,
    };
  }

  close(): void {
    this.#vectors.close();
  }

  /** Gives every loaded row a slot of its own. */
  #number(): void {
    let base = 0;
    for (const segment of this.#segments) {
      segment.base = base;
      base += segment.parts.documents;
    }
    this.#slots = base;
    this.#vectors.reserve(base);
    this.#ties = new Uint32Array(base * 2);
    for (const segment of this.#segments) this.#ties.set(segment.parts.ties, segment.base * 2);
    this.#visibility.forget(0, Number.POSITIVE_INFINITY);
    this.#lexical.forget();
  }

  readonly #before = (a: number, b: number): boolean => {
    const ties = this.#ties;
    const [highA, highB] = [ties[a * 2] as number, ties[b * 2] as number];
    if (highA !== highB) return highA < highB;
    const [lowA, lowB] = [ties[a * 2 + 1] as number, ties[b * 2 + 1] as number];
    return lowA !== lowB ? lowA < lowB : a < b;
  };

  #segmentOf(slot: number): LoadedSegment {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle] as LoadedSegment).base <= slot) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low] as LoadedSegment;
  }
}
