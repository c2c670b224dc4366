import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memoryChunkIndex } from "../../src/adapters/memory/mod.ts";
import { alive, Fault, type FaultCode } from "../../src/domain/mod.ts";
import type { ChunkFilter, ChunkIndex, ChunkMatches, ChunkQuery } from "../../src/ports/mod.ts";
import { putChunks } from "../support/put-chunks.ts";
import {
  chunksOf,
  contractFingerprint,
  never,
  noFilter,
  query,
  record,
  type SampleFile,
  sequence,
  textsFound,
  vectorOf,
  words,
  write,
} from "./chunk-corpus.ts";

async function refused(code: FaultCode, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    assert.instance(error, Fault);
    assert.is((error as Fault).code, code);
    return;
  }
  assert.unreachable(`expected a Fault ${code}`);
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

/** Same candidates, ranks, totals and order; scores to nine digits. */
function assertSame(found: ChunkMatches, expected: ChunkMatches, what: string): void {
  const plain = ({ candidates, lexicalMax, vectorMax, ...rest }: ChunkMatches) => ({
    ...rest,
    candidates: candidates.map(({ lexical, vector, ...candidate }) => candidate),
  });
  assert.equal(plain(found), plain(expected), what);
  assert.ok(close(found.lexicalMax, expected.lexicalMax), `${what}: lexicalMax`);
  assert.ok(close(found.vectorMax, expected.vectorMax), `${what}: vectorMax`);
  found.candidates.forEach(({ lexical, vector }, at) => {
    assert.ok(close(lexical, expected.candidates[at]!.lexical), `${what}: lexical score ${at}`);
    assert.ok(close(vector, expected.candidates[at]!.vector), `${what}: cosine ${at}`);
  });
}

const vocabulary = ["alpha", "beta", "gamma", "delta", "epsilon", "parseConfig", "http_server", "naïve", "日本", "x9z"];

/** Files of random words, many alike, so that ties and duplicates happen. */
function randomFiles(seed: number, count: number): SampleFile[] {
  const next = sequence(seed);
  const text = () => Array.from({ length: 1 + next(8) }, () => vocabulary[next(vocabulary.length)]!).join(" ");
  return Array.from({ length: count }, (_, at) => ({
    path: `${["src", "test", "docs"][next(3)]}/${vocabulary[next(5)]}/file-${at}.ts`,
    texts: Array.from({ length: 1 + next(4) }, text),
    facts: {
      artifactType: (["code", "test", "doc"] as const)[next(3)]!,
      language: ["typescript", "python", ""][next(3)]!,
      subsystem: ["", "core", "edge"][next(3)]!,
      tags: [["a"], ["a", "b"], []][next(3)]!,
      updatedAt: next(5) * 1_000,
    },
    chunk: {
      defines: [[], ["alphaBeta"], ["gamma"]][next(3)]!,
      kinds: ([[], ["function"], ["class", "method"]] as const)[next(3)]!,
      context: ["", "class Delta"][next(2)]!,
      doc: ["", "the epsilon of things"][next(2)]!,
    },
  }));
}

/**
 * What every chunk index does. `open` gives an empty one for `contractDimensions` dimensions under
 * `contractFingerprint`; the suite closes it.
 */
export function chunkIndexContract(name: string, open: () => Promise<ChunkIndex>): void {
  const test = suite(`chunk index: ${name}`);
  const during = async (work: (index: ChunkIndex) => Promise<void>) => {
    const index = await open();
    try {
      await index.ready(never);
      await work(index);
    } finally {
      await index.close();
    }
  };

  test("shows a generation once it is committed, and to no earlier one", () =>
    during(async (index) => {
      const writer = await index.begin("a", 0, 10, contractFingerprint, never);
      const file = { path: "src/one.ts", texts: ["alpha beta", "gamma"] };
      await putChunks(writer, record(file.path, { chunks: 2 }), chunksOf("a", file), [], never);
      assert.equal(await textsFound(index, query("a", 10, { terms: words("alpha") })), []);
      assert.equal(await index.file({ source: "a", generation: 10 }, file.path, never), undefined);
      assert.equal(await writer.commit(never), { files: 1, chunks: 2 });
      assert.equal(await textsFound(index, query("a", 10, { terms: words("alpha") })), ["alpha beta"]);
      assert.equal(await textsFound(index, query("a", 9, { terms: words("alpha") })), []);
      const { documents } = await index.search(query("a", 9), never);
      assert.is(documents, 0);
    }));

  test("gives back files, chunks and symbols as they were written", () =>
    during(async (index) => {
      const symbol = { name: "run", qualifiedName: "A.run", kind: "method", lines: { start: 2, end: 9 } } as const;
      const file: SampleFile = {
        path: "src/ünïcode/файл 😀.ts",
        texts: ["alpha\r\n", "\u0000 tab\t \u2028 日本語 😀"],
        chunk: { symbol, defines: ["A", "run"], kinds: ["method", "class"], context: "class A", doc: "Runs." },
      };
      const kept = record(file.path, {
        chunks: 2,
        coverageClass: "partial",
        reason: "PARSE_ERROR",
        tags: ["x", "y"],
        commit: "c0ffee",
        updatedAt: 1_700_000_000_123,
        notIndexed: [{ start: 3, end: 4 }],
        redacted: [{ start: 5, end: 5 }],
      });
      const writer = await index.begin("a", 0, 1, contractFingerprint, never);
      await putChunks(writer, kept, chunksOf("a", file), [symbol], never);
      await writer.commit(never);
      const chunks = chunksOf("a", file).map(({ vector, ...chunk }) => chunk);
      assert.equal(await index.file({ source: "a", generation: 1 }, file.path, never), {
        file: kept,
        chunks,
        symbols: [symbol],
      });
      const [one] = chunks;
      const within = (start: number, end: number) =>
        index.file({ source: "a", generation: 1 }, file.path, never, { start, end });
      const { end } = one!.lines;
      assert.equal((await within(end, end))?.chunks, [one]);
      assert.equal((await within(end + 1, end + 1))?.chunks, chunks.slice(1));
      assert.equal((await within(symbol.lines.end, 1_000))?.symbols, [symbol]);
      assert.equal(await within(1_000, 1_001), { file: kept, chunks: [], symbols: [] });
      const found = await index.search(query("a", 1, { terms: words("alpha") }), never);
      assert.is(found.candidates.length, 1);
      const [candidate] = found.candidates;
      assert.equal(candidate?.symbol, symbol);
      assert.equal(candidate?.facts.tags, ["x", "y"]);
      assert.is(candidate?.facts.updatedAt, 1_700_000_000_123);
      assert.equal(await textsFound(index, query("a", 1, { terms: words("日") })), [file.texts[1]]);
    }));

  test("leaves nothing of an aborted generation, and takes another writer then", () =>
    during(async (index) => {
      await write(index, "a", 0, 1, [{ path: "one.ts", texts: ["alpha"] }]);
      const writer = await index.begin("a", 1, 2, contractFingerprint, never);
      await refused("conflict", () => index.begin("a", 1, 3, contractFingerprint, never));
      await putChunks(writer, record("two.ts"), chunksOf("a", { path: "two.ts", texts: ["beta"] }), [], never);
      await writer.remove("one.ts", never);
      await writer.abort();
      await writer.abort();
      assert.equal(await textsFound(index, query("a", 2, { terms: words("alpha", "beta") })), ["alpha"]);
      await write(index, "a", 1, 3, [{ path: "three.ts", texts: ["gamma"] }]);
      const found = await textsFound(index, query("a", 3, { terms: words("alpha", "beta", "gamma") }));
      assert.equal(found.sort(), ["alpha", "gamma"]);
    }));

  test("writes sources side by side", () =>
    during(async (index) => {
      const a = await index.begin("a", 0, 1, contractFingerprint, never);
      const b = await index.begin("b", 0, 1, contractFingerprint, never);
      await putChunks(a, record("f.ts"), chunksOf("a", { path: "f.ts", texts: ["alpha a"] }), [], never);
      await putChunks(b, record("f.ts"), chunksOf("b", { path: "f.ts", texts: ["alpha b"] }), [], never);
      await b.commit(never);
      await a.abort();
      assert.equal(await textsFound(index, query("a", 1, { terms: words("alpha") })), []);
      assert.equal(await textsFound(index, query("b", 1, { terms: words("alpha") })), ["alpha b"]);
    }));

  test("does not find an edited file's old text in the new generation, and still does in the old one", () =>
    during(async (index) => {
      await write(index, "a", 0, 1, [
        { path: "one.ts", texts: ["alpha", "gamma"] },
        { path: "two.ts", texts: ["alpha two"] },
      ]);
      const totals = await write(index, "a", 1, 2, [{ path: "one.ts", texts: ["beta", "gamma"] }], ["two.ts"]);
      assert.equal(totals, { files: 1, chunks: 2 });
      assert.equal(await textsFound(index, query("a", 2, { terms: words("alpha") })), []);
      assert.equal(await textsFound(index, query("a", 2, { terms: words("beta") })), ["beta"]);
      assert.equal(await textsFound(index, query("a", 2, { terms: words("gamma") })), ["gamma"]);
      assert.is((await index.search(query("a", 1, { terms: words("alpha") }), never)).lexicalTotal, 2);
      const old = chunksOf("a", { path: "one.ts", texts: ["alpha"] })[0]!.chunkId;
      assert.equal(await index.passages([{ source: "a", generation: 2 }], [old], never), []);
      assert.is((await index.passages([{ source: "a", generation: 1 }], [old], never)).length, 1);
      assert.is(await index.file({ source: "a", generation: 2 }, "two.ts", never), undefined);
    }));

  test("takes new facts of an unchanged file and keeps its chunks", () =>
    during(async (index) => {
      await write(index, "a", 0, 1, [{ path: "one.ts", texts: ["alpha"], facts: { subsystem: "old" } }]);
      const writer = await index.begin("a", 1, 2, contractFingerprint, never);
      await writer.touch(record("one.ts", { subsystem: "new", chunks: 1 }), never);
      await writer.commit(never);
      const inSubsystem = (subsystem: string, generation: number) =>
        textsFound(
          index,
          query("a", generation, { terms: words("alpha"), filter: { ...noFilter, subsystems: [subsystem] } }),
        );
      assert.equal(await inSubsystem("new", 2), ["alpha"]);
      assert.equal(await inSubsystem("old", 2), []);
      assert.equal(await inSubsystem("old", 1), ["alpha"]);
      assert.equal(await inSubsystem("new", 1), []);
      const kept = await index.file({ source: "a", generation: 2 }, "one.ts", never);
      assert.is(kept?.chunks[0]?.text, "alpha");
      assert.is(kept?.file.subsystem, "new");
    }));

  test("replaces everything when a generation starts from nothing", () =>
    during(async (index) => {
      await write(index, "a", 0, 1, [{ path: "one.ts", texts: ["alpha"] }]);
      const totals = await write(index, "a", 0, 2, [{ path: "two.ts", texts: ["beta"] }]);
      assert.equal(totals, { files: 1, chunks: 1 });
      assert.equal(await textsFound(index, query("a", 2, { terms: words("alpha", "beta") })), ["beta"]);
      assert.equal(await textsFound(index, query("a", 1, { terms: words("alpha", "beta") })), ["alpha"]);
    }));

  test("takes a put again, the last one standing", () =>
    during(async (index) => {
      const writer = await index.begin("a", 0, 1, contractFingerprint, never);
      for (const text of ["alpha", "beta", "beta"]) {
        await putChunks(writer, record("f.ts"), chunksOf("a", { path: "f.ts", texts: [text, "gamma"] }), [], never);
      }
      assert.equal(await writer.commit(never), { files: 1, chunks: 2 });
      assert.equal(await textsFound(index, query("a", 1, { terms: words("alpha", "beta") })), ["beta"]);
      assert.is((await index.search(query("a", 1, { terms: words("gamma") }), never)).documents, 2);
    }));

  test("knows the texts whose vectors it holds under the fingerprint, and uses them", () =>
    during(async (index) => {
      await write(index, "a", 0, 1, [{ path: "one.ts", texts: ["alpha", "beta"] }]);
      const [alpha, beta, gamma] = chunksOf("a", { path: "two.ts", texts: ["alpha", "beta", "gamma"] });
      const hashes = [alpha!.textHash, beta!.textHash, gamma!.textHash];
      const other = await index.begin("b", 0, 1, "another-embedder", never);
      assert.is((await other.known(hashes, never)).size, 0);
      await other.abort();
      const writer = await index.begin("a", 1, 2, contractFingerprint, never);
      assert.equal([...(await writer.known(hashes, never))].sort(), hashes.slice(0, 2).sort());
      assert.is((await writer.known([], never)).size, 0);
      await putChunks(writer, record("two.ts"), [{ ...alpha!, vector: undefined }, gamma!], [], never);
      await writer.commit(never);
      const { candidates } = await index.search(query("a", 2, { vector: vectorOf("alpha"), limit: 2 }), never);
      assert.equal(candidates.map(({ path }) => path).sort(), ["one.ts", "two.ts"]);
      assert.ok(candidates.every(({ vector }) => vector > 0.999));
    }));

  test("breaks ties by chunk id and pages without loss or repetition", () =>
    during(async (index) => {
      const files = Array.from({ length: 30 }, (_, at) => ({ path: `f${at % 10}/${at}.ts`, texts: ["alpha beta"] }));
      await write(index, "a", 0, 1, files);
      const ids = files.map((file) => chunksOf("a", file)[0]!.chunkId).sort();
      const asked = { terms: words("beta"), vector: vectorOf("alpha beta") };
      const paged: string[] = [];
      for (let offset = 0; offset < 35; offset += 7) {
        const page = await index.search(query("a", 1, { ...asked, offset, limit: 7 }), never);
        for (const { chunkId, lexicalRank, vectorRank } of page.candidates) {
          paged.push(chunkId);
          assert.is(lexicalRank, paged.length);
          assert.is(vectorRank, paged.length);
        }
        assert.is(page.lexicalTotal, 30);
      }
      assert.equal(paged, ids);
    }));

  test("counts only the sources searched, each at its generation", () =>
    during(async (index) => {
      await write(index, "a", 0, 1, randomFiles(1, 20));
      const asked = query("a", 1, { terms: words("alpha", "beta", "missing"), vector: vectorOf("q") });
      const before = await index.search(asked, never);
      await write(index, "b", 0, 1, randomFiles(2, 30));
      await write(index, "a", 1, 2, randomFiles(3, 10));
      assertSame(await index.search(asked, never), before, "another source and a later generation change nothing");
      assert.is(before.documentFrequency[2], 0);
    }));

  test("filters by each field, alternatives within a field, all fields together", () =>
    during(async (index) => {
      const files = randomFiles(7, 60);
      await write(index, "a", 0, 1, files);
      const filters: Partial<ChunkFilter>[] = [
        { artifactTypes: ["test"] },
        { artifactTypes: ["code", "doc"] },
        { languages: ["python"] },
        { pathPrefixes: ["src/"] },
        { pathPrefixes: ["src/alpha/", "docs/"] },
        { pathGlobs: ["**/alpha/*.ts"] },
        { pathGlobs: ["{src,test}/**/file-1?.ts", "docs/[a-b]*/**"] },
        { pathGlobs: ["*.ts"] },
        { subsystems: ["core", "edge"] },
        { tags: ["b"] },
        { symbolKinds: ["function"] },
        { symbolKinds: ["method", "enum"] },
        { updatedAfter: 2_000 },
        { artifactTypes: ["code", "test"], languages: ["typescript"], tags: ["a"], symbolKinds: ["class", "function"] },
        { pathPrefixes: ["nowhere/"] },
        { pathPrefixes: ["src"], pathGlobs: ["**/file-*"], updatedAfter: 1 },
      ];
      const globs = new Map<string, RegExp>([
        ["**/alpha/*.ts", /^(.*\/)?alpha\/[^/]*\.ts$/],
        ["{src,test}/**/file-1?.ts", /^(src|test)\/(.*\/)?file-1[^/]\.ts$/],
        ["docs/[a-b]*/**", /^docs\/[ab][^/]*\/.*$/],
        ["*.ts", /^[^/]*\.ts$/],
        ["**/file-*", /^(.*\/)?file-[^/]*$/],
      ]);
      const any = <T>(wanted: readonly T[] | undefined, has: (value: T) => boolean) =>
        wanted === undefined || wanted.some(has);
      for (const filter of filters) {
        const passes = ({ path, facts, chunk }: SampleFile) =>
          any(filter.artifactTypes, (type) => facts?.artifactType === type) &&
          any(filter.languages, (language) => facts?.language === language) &&
          any(filter.pathPrefixes, (prefix) => path.startsWith(prefix)) &&
          any(filter.pathGlobs, (glob) => globs.get(glob)!.test(path)) &&
          any(filter.subsystems, (subsystem) => facts?.subsystem === subsystem) &&
          any(filter.tags, (tag) => facts!.tags!.includes(tag)) &&
          any(filter.symbolKinds, (kind) => chunk!.kinds!.includes(kind)) &&
          (filter.updatedAfter === undefined || facts!.updatedAt! > filter.updatedAfter);
        const expected = files.filter(passes).flatMap((file) => chunksOf("a", file).map(({ chunkId }) => chunkId));
        const what = JSON.stringify(filter);
        const asked = query("a", 1, { filter: { ...noFilter, ...filter }, vector: vectorOf("q"), limit: 1_000 });
        const found = await index.search(asked, never);
        assert.equal(found.candidates.map(({ chunkId }) => chunkId).sort(), expected.sort(), what);
        assert.is(found.filteredTotal, expected.length, what);
        assert.is(
          found.documents,
          files.reduce((sum, { texts }) => sum + texts.length, 0),
          what,
        );
      }
    }));

  test("ranks and scores as the reference does, whatever the filter, page and generation", () =>
    during(async (index) => {
      const reference = memoryChunkIndex();
      for (const target of [index, reference]) {
        await write(target, "a", 0, 1, randomFiles(11, 40));
        await write(target, "b", 0, 5, randomFiles(12, 40));
        const gone = randomFiles(11, 12).map(({ path }) => path);
        await write(target, "a", 1, 2, randomFiles(13, 15), gone.slice(0, 5));
        await write(target, "b", 5, 9, randomFiles(14, 10));
      }
      const both = [
        { source: "a", generation: 2 },
        { source: "b", generation: 9 },
      ];
      const terms = [
        { term: "alpha", weight: 1 },
        { term: "parseconfig", weight: 2.5 },
        { term: "server", weight: 0.3 },
        { term: "日", weight: 1 },
        { term: "alpha", weight: 0.5 },
        { term: "delta", weight: 0 },
      ];
      const asked: ChunkQuery[] = [
        query("a", 1, { terms }),
        query("a", 2, { terms, vector: vectorOf("q") }),
        query("", 0, { at: both, terms, vector: vectorOf("beta"), limit: 10 }),
        query("", 0, { at: both, terms, vector: vectorOf("beta"), offset: 10, limit: 10 }),
        query("", 0, { at: both, terms, filter: { ...noFilter, tags: ["b"], symbolKinds: ["class"] }, limit: 5 }),
        query("", 0, { at: both, vector: vectorOf("gamma delta"), filter: { ...noFilter, languages: [""] }, limit: 7 }),
        query("", 0, { at: both, terms, vector: vectorOf("x"), limit: 1, offset: 3 }),
        query("", 0, { at: [{ source: "b", generation: 5 }, both[0]!], terms, vector: vectorOf("y"), limit: 500 }),
      ];
      for (const [at, one] of asked.entries()) {
        assertSame(await index.search(one, never), await reference.search(one, never), `query ${at}`);
      }
      await reference.close();
    }));

  test("answers empty questions with nothing", () =>
    during(async (index) => {
      const nothing = { candidates: [], lexicalTotal: 0, lexicalMax: 0, vectorMax: 0 };
      const empty = { ...nothing, filteredTotal: 0, documents: 0, documentFrequency: [] };
      assert.equal(await index.search(query("a", 1), never), empty);
      await write(index, "a", 0, 1, [{ path: "f.ts", texts: ["alpha"] }]);
      assert.equal(await index.search({ ...query("a", 1), at: [] }, never), empty);
      assert.equal(await index.search(query("unknown", 1), never), empty);
      const seen = { ...nothing, filteredTotal: 1, documents: 1 };
      assert.equal(await index.search(query("a", 1), never), { ...seen, documentFrequency: [] });
      const missing = query("a", 1, { terms: words("nowhere", "__proto__", "", "' OR 1=1 --", "\u0000") });
      assert.equal(await index.search(missing, never), { ...seen, documentFrequency: [0, 0, 0, 0, 0] });
      const still = await index.search(query("a", 1, { vector: new Float32Array(vectorOf("q").length) }), never);
      assert.equal(still, { ...seen, documentFrequency: [] });
      assert.is((await index.search(query("a", 1, { terms: words("alpha"), limit: 0 }), never)).candidates.length, 0);
      assert.equal(await index.passages([{ source: "a", generation: 1 }], [], never), []);
      assert.equal(await index.files({ source: "unknown", generation: 1 }, "", 10, never), []);
      const none = await index.begin("c", 0, 1, contractFingerprint, never);
      assert.equal(await none.commit(never), { files: 0, chunks: 0 });
    }));

  test("lists files by path after a path, with those that have no chunks", () =>
    during(async (index) => {
      const paths = ["Z.ts", "a/b.ts", "a.ts", "é.ts", "😀.ts", "\ufb01.ts", "a b.ts"];
      await write(
        index,
        "a",
        0,
        1,
        paths.map((path) => ({ path, texts: path === "a.ts" ? [] : ["alpha"] })),
      );
      const at = { source: "a", generation: 1 };
      const sorted = [...paths].sort();
      const listed = async (after: string, limit: number) =>
        (await index.files(at, after, limit, never)).map(({ path }) => path);
      assert.equal(await listed("", 100), sorted);
      assert.equal(await listed("", 3), sorted.slice(0, 3));
      assert.equal(await listed(sorted[2]!, 100), sorted.slice(3));
      assert.equal(await listed(sorted.at(-1)!, 100), []);
    }));

  test("gives a thousand passages in the order asked, and refuses more", () =>
    during(async (index) => {
      const file = { path: "f.ts", texts: Array.from({ length: 1_000 }, (_, at) => `alpha number ${at}`) };
      await write(index, "a", 0, 1, [file]);
      const ids = chunksOf("a", file).map(({ chunkId }) => chunkId);
      const asked = ids.toReversed();
      const at = [{ source: "a", generation: 1 }];
      const passages = await index.passages(at, asked, never);
      assert.equal(
        passages.map(({ chunkId }) => chunkId),
        asked,
      );
      assert.is(passages[0]?.text, "alpha number 999");
      assert.equal(await index.passages(at, ["0".repeat(32), "'; --"], never), []);
      await refused("invalid", () => index.passages(at, [...ids, ids[0]!], never));
    }));

  test("sweeps what no readable generation sees, and a source whole", () =>
    during(async (index) => {
      await write(index, "a", 0, 1, [
        { path: "one.ts", texts: ["alpha one", "beta one"] },
        { path: "two.ts", texts: ["alpha two"] },
      ]);
      await write(index, "a", 1, 2, [{ path: "three.ts", texts: ["alpha three"] }], ["one.ts"]);
      await write(index, "b", 0, 1, [{ path: "b.ts", texts: ["alpha b"] }]);
      const before = await index.search(query("a", 2, { terms: words("alpha"), vector: vectorOf("q") }), never);
      assert.is(await index.sweep("a", 1, never), 0);
      assert.is(await index.sweep("a", 2, never), 2);
      assert.is(await index.sweep("a", 2, never), 0);
      const after = await index.search(query("a", 2, { terms: words("alpha"), vector: vectorOf("q") }), never);
      assertSame(after, before, "sweeping is not seen");
      assert.is(await index.sweep("a", alive, never), 2);
      assert.equal(await textsFound(index, query("a", 2, { terms: words("alpha") })), []);
      assert.equal(await index.files({ source: "a", generation: 2 }, "", 10, never), []);
      assert.equal(await textsFound(index, query("b", 1, { terms: words("alpha") })), ["alpha b"]);
      assert.is(await index.sweep("unknown", 5, never), 0);
      await write(index, "a", 0, 3, [{ path: "one.ts", texts: ["alpha one"] }]);
      assert.equal(await textsFound(index, query("a", 3, { terms: words("alpha") })), ["alpha one"]);
    }));

  test("counts what a generation holds, and knows the newest that was committed", () =>
    during(async (index) => {
      assert.equal(await index.count({ source: "a", generation: 1 }, never), { files: 0, chunks: 0, latest: 0 });
      await write(index, "a", 0, 3, [
        { path: "one.ts", texts: ["alpha", "beta"] },
        { path: "two.ts", texts: ["gamma"] },
      ]);
      await write(index, "a", 3, 7, [{ path: "one.ts", texts: ["delta"] }]);
      assert.equal(await index.count({ source: "a", generation: 3 }, never), { files: 2, chunks: 3, latest: 7 });
      assert.equal(await index.count({ source: "a", generation: 7 }, never), { files: 2, chunks: 2, latest: 7 });
      assert.equal(await index.count({ source: "b", generation: 7 }, never), { files: 0, chunks: 0, latest: 0 });
      await index.room(1_000, never);
    }));

  test("says cancelled when the caller went away, and unavailable once closed", () =>
    during(async (index) => {
      const gone = AbortSignal.abort();
      await refused("cancelled", () => index.search(query("a", 1), gone));
      await refused("cancelled", () => index.passages([], [], gone));
      await refused("cancelled", () => index.files({ source: "a", generation: 1 }, "", 1, gone));
      await refused("cancelled", () => index.begin("a", 0, 1, contractFingerprint, gone));
      await write(index, "a", 0, 1, [{ path: "f.ts", texts: ["alpha"] }]);
      await index.close();
      await refused("unavailable", () => index.search(query("a", 1), never));
      await refused("unavailable", () => index.begin("a", 1, 2, contractFingerprint, never));
    }));

  test.run();
}
