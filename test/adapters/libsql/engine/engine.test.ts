import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Engine,
  type EngineMatches,
  type EngineQuery,
  encodeSegment,
  mergeSegments,
  openEngine,
} from "../../../../src/adapters/libsql/engine/mod.ts";
import { bm25f, lexicalStatistics } from "../../../../src/adapters/memory/bm25f.ts";
import { cosine } from "../../../../src/domain/vector/mod.ts";
import { drawFrom, loadSegment, type SampleRow, sampleRows, tuning, unitVector } from "./sample-rows.ts";

const test = suite("search engine");
const dimensions = 20;

/** What the engine must answer, by looking at every row. */
function plain(rows: readonly SampleRow[], query: EngineQuery): EngineMatches {
  const generations = new Map(query.sources.map(({ source, generation }) => [source, generation]));
  const visible = rows.filter(({ state }) => {
    const generation = generations.get(state.source);
    return generation !== undefined && state.born <= generation && generation < state.dead;
  });
  const terms = visible.map(({ doc }) => doc.terms);
  const statistics = lexicalStatistics(terms, query.terms);
  const scored = visible
    .filter(
      ({ state }) =>
        (query.allows?.(state.file) ?? true) && (query.kinds === undefined || (state.kinds & query.kinds) !== 0),
    )
    .map(({ doc, state }) => {
      const { score, matches } = bm25f(doc.terms, query.terms, query.tuning, statistics);
      const vector = query.vector === undefined ? 0 : cosine(query.vector, doc.code, doc.scale);
      return { doc, state, lexical: score, matches, vector };
    });
  type Scored = (typeof scored)[number];
  const rank = (list: Scored[], score: (row: Scored) => number) =>
    list.sort((a, b) => score(b) - score(a) || (a.doc.chunkId < b.doc.chunkId ? -1 : 1));
  const lexical = rank(
    scored.filter(({ matches }) => matches),
    (row) => row.lexical,
  );
  const vector = query.vector === undefined ? [] : rank([...scored], (row) => row.vector);
  const end = query.offset + query.limit;
  const page = new Set([...lexical.slice(query.offset, end), ...vector.slice(query.offset, end)]);
  const inPage = (list: Scored[], row: Scored) => {
    const at = list.indexOf(row);
    return at >= query.offset && at < end ? at + 1 : 0;
  };
  return {
    rows: Array.from(page, (row) => ({
      rowId: row.doc.rowId,
      file: row.state.file,
      lexical: row.lexical,
      lexicalRank: inPage(lexical, row),
      vector: row.vector,
      vectorRank: inPage(vector, row),
    })),
    lexicalTotal: lexical.length,
    filteredTotal: scored.length,
    documents: visible.length,
    documentFrequency: statistics.documentFrequency,
    lexicalMax: lexical[0]?.lexical ?? 0,
    vectorMax: vector[0]?.vector ?? 0,
  };
}

/** Loads rows as several segments; some merged, rows in no order of their ids. */
function load(engine: Engine, rows: readonly SampleRow[], cuts: number): void {
  const states = new Map(rows.map(({ doc, state }) => [doc.rowId, state]));
  const size = Math.ceil(rows.length / cuts) || 1;
  const parts: Uint8Array[] = [];
  for (let from = 0; from < rows.length; from += size) {
    parts.push(
      encodeSegment(
        rows.slice(from, from + size).map(({ doc }) => doc),
        dimensions,
      ),
    );
  }
  const merged = parts.splice(0, 2).map((bytes) => ({ bytes, keep: () => true }));
  if (merged.length > 0) parts.unshift(mergeSegments(merged.reverse()));
  parts.forEach((bytes, at) => {
    loadSegment(engine, at, bytes, (rowId) => states.get(rowId));
  });
}

function queryFrom(seed: number): EngineQuery {
  const draw = drawFrom(seed);
  const all = ["alpha", "parseconfig", "日", "𠮷", "omega", "zeta", "missing", "xyz", "file"];
  const files = draw(3) === 0 ? new Set([0, 1, 2, draw(8)]) : undefined;
  return {
    sources: [{ source: 1, generation: 1 + draw(6) }, ...(draw(2) ? [{ source: 2, generation: 1 + draw(6) }] : [])],
    allows: files === undefined ? undefined : (file) => files.has(file),
    kinds: draw(3) === 0 ? 1 + draw(7) : undefined,
    terms: Array.from({ length: draw(5) }, () => ({ term: all[draw(all.length)]!, weight: draw(4) / 2 })),
    tuning,
    vector: draw(4) === 0 ? undefined : unitVector(draw, dimensions),
    offset: draw(3) * draw(6),
    limit: draw(20),
  };
}

test("answers exactly what looking at every row answers", async () => {
  await fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 120 }), fc.integer({ min: 1, max: 5 }), (seed, count, cuts) => {
      const rows = sampleRows(seed, count, dimensions);
      const engine = openEngine({ dimensions });
      load(engine, rows, cuts);
      for (let at = 0; at < 4; at++)
        assert.equal(engine.search(queryFrom(seed + at)), plain(rows, queryFrom(seed + at)));
      const ended = rows.filter((_, at) => at % 3 === 0);
      for (const row of ended) row.state = { ...row.state, dead: 2 };
      engine.end(
        ended.map(({ doc }) => doc.rowId),
        2,
      );
      for (let at = 4; at < 8; at++)
        assert.equal(engine.search(queryFrom(seed + at)), plain(rows, queryFrom(seed + at)));
    }),
    { numRuns: 60 },
  );
});

test("answers the same again, and anew after rows ended: what it remembers of a term is never stale", async () => {
  await fc.assert(
    fc.property(fc.nat(), (seed) => {
      // Enough rows that the lists of common words are worth remembering.
      const rows = sampleRows(seed, 900, dimensions);
      const engine = openEngine({ dimensions });
      load(engine, rows, 3);
      const common = ["alpha", "file", "omega"].map((term, at) => ({ term, weight: at / 2 + 0.5 }));
      const counted = common.map(({ term }) => ({ term, weight: 0 }));
      const answers = () => {
        for (let at = 0; at < 6; at++) {
          const query = { ...queryFrom(seed + (at % 3)), terms: at % 2 === 0 ? common : counted };
          assert.equal(engine.search(query), plain(rows, query));
        }
      };
      answers();
      const ended = rows.filter((_, at) => at % 4 === 0);
      for (const row of ended) row.state = { ...row.state, dead: 2 };
      engine.end(
        ended.map(({ doc }) => doc.rowId),
        2,
      );
      answers();
    }),
    { numRuns: 8 },
  );
});

test("what was found stays found while others end later and segments are made ready", () => {
  const engine = openEngine({ dimensions });
  const rows = sampleRows(11, 900, dimensions);
  load(engine, rows, 3);
  const query = { ...queryFrom(3), kinds: undefined, allows: undefined, limit: 50, offset: 0 };
  const at = (generation: number) => ({ ...query, sources: [{ source: 1, generation }] });
  const before = engine.search(at(2));
  const ended = rows.filter(({ state }) => state.dead > 3);
  for (const row of ended) row.state = { ...row.state, dead: 3 };
  engine.end(
    ended.map(({ doc }) => doc.rowId),
    3,
  );
  for (const generation of [2, 3]) {
    assert.equal(engine.search(at(generation)).documents, plain(rows, at(generation)).documents);
  }
  assert.equal(engine.search(at(2)), before);
  const bytes = encodeSegment(
    rows.map(({ doc }) => doc),
    dimensions,
  );
  const steps = engine.prepare(99, bytes, (rowId) => rows.find(({ doc }) => doc.rowId === rowId)?.state);
  for (let step = steps.next(); ; step = steps.next()) {
    assert.equal(engine.search(at(2)), before);
    if (!step.done) continue;
    engine.exchange([0, 1, 2, 3], [step.value]);
    break;
  }
  assert.equal(engine.search(at(2)), before);
});

test("forgets an unloaded segment and reuses its memory", () => {
  const engine = openEngine({ dimensions });
  const rows = sampleRows(5, 300, dimensions);
  const query = { ...queryFrom(3), kinds: undefined, allows: undefined, limit: 50, offset: 0 };
  load(engine, rows.slice(0, 150), 1);
  const before = engine.search(query);
  const states = new Map(rows.map(({ doc, state }) => [doc.rowId, state]));
  const other = encodeSegment(
    rows.slice(150).map(({ doc }) => doc),
    dimensions,
  );
  loadSegment(engine, 77, other, (rowId) => states.get(rowId));
  assert.is.not(engine.search(query).documents, before.documents);
  const used = engine.memory().vectorBytes;
  for (let round = 0; round < 5; round++) {
    engine.exchange([77], []);
    engine.exchange([77], []);
    assert.equal(engine.search(query), before);
    loadSegment(engine, 77, other, (rowId) => states.get(rowId));
    assert.is(engine.memory().vectorBytes, used);
  }
  assert.throws(() => loadSegment(engine, 77, other, () => undefined), /loaded already/);
});

test("shows no row that the store does not know", () => {
  const engine = openEngine({ dimensions });
  const rows = sampleRows(9, 20, dimensions);
  loadSegment(
    engine,
    1,
    encodeSegment(
      rows.map(({ doc }) => doc),
      dimensions,
    ),
    () => undefined,
  );
  assert.is(engine.search({ ...queryFrom(1), limit: 100, offset: 0 }).documents, 0);
  assert.is(engine.memory().rows, 20);
});

test.run();
