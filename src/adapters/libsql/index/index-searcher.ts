import { alive } from "../../../domain/mod.ts";
import type { ChunkFilter } from "../../../ports/mod.ts";
import { blankVectors, type Engine, type EngineRow, type ReadySegment, type RowState } from "../engine/mod.ts";
import { Connection } from "../file/mod.ts";
import { breathe, type GiveWay } from "../thread/mod.ts";
import { filePredicate } from "./chunk-filter.ts";
import { kindsMask } from "./kinds-mask.ts";
import { KnownRows } from "./known-rows.ts";
import {
  endedBy,
  kindsBetween,
  loadContents,
  loadFiles,
  type SegmentRef,
  segmentBytes,
  segmentsOf,
  type Which,
} from "./load-source.ts";
import { numbersEach, type WireFile, type WireMatches, type WireQuery, type WireRows } from "./matches-wire.ts";
import { SentParts } from "./sent-parts.ts";
import { type ContentEntry, type FileVersion, rowsOf, SourceTable } from "./source-table.ts";

/** Contents whose rows end at once. */
const endedAtOnce = 64;
/** Filters whose answers by file are remembered: pages and repeats of a question. */
const filtersRemembered = 16;
const cacheKib = 16_384;

export interface IndexSearcherConfig {
  readonly file: string;
  /** The embedder whose queries will come: vectors of others are not compared with them. */
  readonly dimensions: number;
  readonly fingerprint: string;
}

/** The loaded index: the engine with its segments, and the tables that filters and replies need. */
export class IndexSearcher {
  readonly #dimensions: number;
  readonly #fingerprint: string;
  readonly #db: Connection;
  readonly #engine: Engine;
  readonly #rows: KnownRows;
  readonly #sent = new SentParts();
  /** Each version of a file has a number of its own for as long as this thread lives. */
  readonly #fileNumbers = new WeakMap<FileVersion, number>();
  #files = 0;
  readonly #tables = new Map<string, SourceTable>();
  /** Segments in the engine, by source. */
  readonly #loaded = new Map<number, Set<number>>();
  readonly #answers = new Map<string, Map<number, boolean>>();
  readonly #giveWay: GiveWay;

  /** Searches are answered wherever it gives way: whatever they may ask for is whole there. */
  constructor({ file, dimensions, fingerprint }: IndexSearcherConfig, giveWay: GiveWay, engine: Engine) {
    this.#giveWay = giveWay;
    this.#dimensions = dimensions;
    this.#fingerprint = fingerprint;
    this.#db = new Connection(file, cacheKib);
    this.#engine = engine;
    this.#rows = new KnownRows(this.#db);
  }

  async load(signal: AbortSignal): Promise<void> {
    for (const row of this.#db.sql("SELECT name FROM sources").all([])) {
      const table = this.#table(row[0] as string)!;
      await this.#read(table, {});
      await this.#syncSegments(table);
      await breathe(signal);
    }
  }

  async committed(source: string, generation: number): Promise<void> {
    const table = this.#table(source);
    if (table === undefined) return;
    const ended = endedBy(this.#db, table.id, generation);
    await this.#end(table.end(ended.contents, ended.paths, generation), generation);
    await this.#read(table, { born: generation });
    await this.#syncSegments(table);
  }

  async takenBack(source: string, base: number): Promise<void> {
    const table = this.#tables.get(source);
    if (table === undefined) return;
    const { dropped, revived } = table.takeBack(base);
    this.#forget(dropped);
    await this.#end(dropped, 0);
    await this.#end(revived, alive);
    await this.#syncSegments(table);
  }

  async swept(source: string, oldest: number): Promise<void> {
    const table = this.#tables.get(source);
    if (table === undefined) return;
    const dropped = table.sweep(oldest);
    this.#forget(dropped);
    await this.#end(dropped, 0);
    await this.#syncSegments(table);
  }

  async search({ query, memory, taken }: WireQuery, signal: AbortSignal): Promise<WireMatches> {
    this.#sent.hear(memory, taken);
    await breathe(signal);
    const at = query.at.flatMap(({ source, generation }) => {
      const table = this.#tables.get(source);
      return table === undefined ? [] : [{ table, generation }];
    });
    const { rows, ...totals } = this.#engine.search({
      sources: at.map(({ table, generation }) => ({ source: table.id, generation })),
      allows: this.#allows(query.filter, at),
      kinds: query.filter.symbolKinds.length === 0 ? undefined : kindsMask(query.filter.symbolKinds),
      terms: query.terms,
      tuning: query.tuning,
      vector: query.vector,
      offset: query.offset,
      limit: query.limit,
    });
    await breathe(signal);
    return { ...totals, ...this.#candidates(rows, at) };
  }

  close(): void {
    this.#engine.close();
    this.#db.close();
  }

  #table(name: string): SourceTable | undefined {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const id = this.#db.sql("SELECT id FROM sources WHERE name = ?").get([name])?.[0] as number | undefined;
    if (id === undefined) return undefined;
    const made = new SourceTable(id, name);
    this.#tables.set(name, made);
    return made;
  }

  async #read(table: SourceTable, which: Which): Promise<void> {
    await loadContents(this.#db, table, which, this.#giveWay);
    await loadFiles(this.#db, table, which, this.#giveWay);
  }

  async #end(entries: readonly ContentEntry[], dead: number): Promise<void> {
    for (let at = 0; at < entries.length; at += endedAtOnce) {
      this.#engine.end(rowsOf(entries.slice(at, at + endedAtOnce)), dead);
      await this.#giveWay();
    }
  }

  /** A dropped row's id may be given to another, and so may a path's. */
  #forget(dropped: readonly ContentEntry[]): void {
    this.#answers.clear();
    if (dropped.length === 0) return;
    this.#rows.forget();
    this.#sent.forget();
  }

  /** Makes the engine hold exactly the source's stored segments: old ones are searched until all new ones are ready. */
  async #syncSegments(table: SourceTable): Promise<void> {
    const loaded = this.#loaded.get(table.id) ?? new Set<number>();
    this.#loaded.set(table.id, loaded);
    const stored = segmentsOf(this.#db, table.id);
    const wanted = new Set(stored.map(({ id }) => id));
    const gone = [...loaded].filter((id) => !wanted.has(id));
    const ready: ReadySegment[] = [];
    try {
      for (const segment of stored) if (!loaded.has(segment.id)) ready.push(await this.#prepare(table, segment));
    } catch (error) {
      this.#engine.discard(ready);
      throw error;
    }
    this.#engine.exchange(gone, ready);
    this.#loaded.set(table.id, wanted);
  }

  async #prepare(table: SourceTable, { id, fingerprint, first, last }: SegmentRef): Promise<ReadySegment> {
    await this.#giveWay();
    const kinds = kindsBetween(this.#db, first, last);
    await this.#giveWay();
    const bytes = segmentBytes(this.#db, id);
    const own = fingerprint === this.#fingerprint ? bytes : blankVectors(bytes, this.#dimensions);
    const steps = this.#engine.prepare(id, own, (row) => stateOf(table, kinds, row));
    for (;;) {
      await this.#giveWay();
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** The filter by file, with the answers of earlier questions at the same generations. */
  #allows(
    filter: ChunkFilter,
    at: readonly { readonly table: SourceTable; readonly generation: number }[],
  ): ((file: number) => boolean) | undefined {
    const predicate = filePredicate(filter);
    if (predicate === undefined) return undefined;
    const { symbolKinds: _, ...byFile } = filter;
    const key = JSON.stringify([at.map(({ table, generation }) => [table.id, generation]), byFile]);
    const answers = this.#answers.get(key) ?? new Map<number, boolean>();
    this.#answers.delete(key);
    this.#answers.set(key, answers);
    if (this.#answers.size > filtersRemembered) this.#answers.delete(this.#answers.keys().next().value as string);
    return (file) => {
      const known = answers.get(file);
      if (known !== undefined) return known;
      const seen = seenFile(at, file);
      const answer = seen !== undefined && predicate(seen.path, seen.facts);
      answers.set(file, answer);
      return answer;
    };
  }

  #candidates(
    rows: readonly EngineRow[],
    at: readonly { readonly table: SourceTable; readonly generation: number }[],
  ): Pick<WireMatches, "answer" | "numbers" | "rows" | "files"> {
    const told: number[] = [];
    const newRows = this.#unsent(rows, told);
    const gone = new Set(newRows.gone);
    const files: [number: number, file: WireFile][] = [];
    const places = new Map<number, number>();
    const numbers = new Float64Array(rows.length * numbersEach);
    let size = 0;
    for (const { rowId, file, lexical, lexicalRank, vector, vectorRank } of rows) {
      let place = places.get(file);
      if (place === undefined) {
        const seen = seenFile(at, file);
        place = seen === undefined ? 0 : this.#fileNumber(seen.version);
        places.set(file, place);
        if (seen !== undefined && !this.#sent.has(-place)) {
          files.push([place, { source: seen.source, path: seen.path, facts: seen.facts }]);
          told.push(-place);
        }
      }
      // Swept between the search and this look: the generation asked for has outlived its grace.
      if (place === 0 || gone.has(rowId)) continue;
      numbers[size] = rowId;
      numbers[size + 1] = place;
      numbers[size + 2] = lexical;
      numbers[size + 3] = lexicalRank;
      numbers[size + 4] = vector;
      numbers[size + 5] = vectorRank;
      size += numbersEach;
    }
    const answer = this.#sent.answer(told);
    return { answer, numbers: numbers.slice(0, size), rows: newRows, files };
  }

  /** What the asker does not have of these rows; `gone` are those that are there no more. */
  #unsent(rows: readonly EngineRow[], told: number[]): WireRows & { readonly gone: readonly number[] } {
    const wanted = rows.flatMap(({ rowId }) => (this.#sent.has(rowId) ? [] : [rowId]));
    const [ids, chunkIds, abouts]: [number[], string[], string[]] = [[], [], []];
    const [starts, ends, gone]: [number[], number[], number[]] = [[], [], []];
    for (const [at, known] of this.#rows.of(wanted).entries()) {
      const id = wanted[at] as number;
      if (known === undefined) {
        gone.push(id);
        continue;
      }
      ids.push(id);
      chunkIds.push(known.chunkId);
      starts.push(known.startLine);
      ends.push(known.endLine);
      abouts.push(known.about);
      told.push(id);
    }
    return { ids, chunkIds, starts, ends, abouts, gone };
  }

  #fileNumber(version: FileVersion): number {
    let number = this.#fileNumbers.get(version);
    if (number === undefined) {
      number = ++this.#files;
      this.#fileNumbers.set(version, number);
    }
    return number;
  }
}

function stateOf(table: SourceTable, kinds: ReadonlyMap<number, number>, row: number): RowState | undefined {
  const content = table.contentOf(row);
  if (content === undefined) return undefined;
  const { born, dead, path } = content;
  return { born, dead, file: path, source: table.id, kinds: kinds.get(row) ?? 0 };
}

function seenFile(at: readonly { readonly table: SourceTable; readonly generation: number }[], file: number) {
  for (const { table, generation } of at) {
    const version = table.version(file, generation);
    if (version === undefined) continue;
    return { version, source: table.name, path: table.paths.get(file)!.path, facts: version.facts };
  }
  return undefined;
}
