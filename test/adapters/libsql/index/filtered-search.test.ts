import process from "node:process";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type LibsqlIndex, openLibsqlIndex } from "../../../../src/adapters/libsql/index/mod.ts";
import type { FileRecord } from "../../../../src/domain/mod.ts";
import { cosine, quantise } from "../../../../src/domain/vector/mod.ts";
import type { ChunkFilter } from "../../../../src/ports/mod.ts";
import {
  chunksOf,
  contractDimensions,
  contractFingerprint,
  never,
  noFilter,
  query,
  record,
  type SampleFile,
  sequence,
  vectorOf,
  words,
  write,
} from "../../../contract/chunk-corpus.ts";
import type { WritableChunk } from "../../../support/put-chunks.ts";
import { quietMeter, temporaryState } from "./sample-index.ts";

const test = suite("libsql: filtered search is brute force over what passes the filter");

const vocabulary = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
const types = ["code", "test", "doc"] as const;
const languages = ["typescript", "python", "go", ""];
const kinds = ["function", "class", "method"] as const;

/** Tag k is on one file in 2^k: filters by tag let through a half, a quarter … one file. */
function sampleFiles(count: number): SampleFile[] {
  const next = sequence(42);
  const text = () => Array.from({ length: 1 + next(6) }, () => vocabulary[next(vocabulary.length)]!).join(" ");
  return Array.from({ length: count }, (_, at) => ({
    path: `${["src", "test", "docs/deep"][next(3)]}/file-${at}.${["ts", "py"][next(2)]}`,
    texts: Array.from({ length: 1 + next(3) }, text),
    facts: {
      artifactType: types[next(3)]!,
      language: languages[next(4)]!,
      subsystem: ["", "core", "edge"][next(3)]!,
      tags: Array.from({ length: 10 }, (_, k) => k).flatMap((k) => (at % 2 ** k === 0 ? [`one-in-${2 ** k}`] : [])),
      updatedAt: next(10) * 1_000,
    },
    chunk: { kinds: next(2) === 0 ? [] : [kinds[next(3)]!] },
  }));
}

interface Row {
  readonly file: FileRecord;
  readonly chunk: WritableChunk;
}

const globs = new Map([
  ["src/**", /^src\//],
  ["**/*.py", /\.py$/],
  ["docs/*/file-?.ts", /^docs\/[^/]*\/file-[^/]\.ts$/],
  ["{src,test}/file-1*.{ts,py}", /^(?:src|test)\/file-1[^/]*\.(?:ts|py)$/],
]);

/** The filter's meaning, written down once more. */
function passes({ file, chunk }: Row, filter: ChunkFilter): boolean {
  const any = <T>(wanted: readonly T[], holds: (value: T) => boolean) => wanted.length === 0 || wanted.some(holds);
  return (
    any(filter.artifactTypes, (type) => file.artifactType === type) &&
    any(filter.languages, (language) => file.language === language) &&
    any(filter.pathPrefixes, (prefix) => file.path.startsWith(prefix)) &&
    any(filter.pathGlobs, (glob) => globs.get(glob)!.test(file.path)) &&
    any(filter.subsystems, (subsystem) => file.subsystem === subsystem) &&
    any(filter.tags, (tag) => file.tags.includes(tag)) &&
    any(filter.symbolKinds, (kind) => chunk.kinds.includes(kind)) &&
    file.updatedAt > filter.updatedAfter - (filter.updatedAfter === 0 ? 1 : 0)
  );
}

const few = <T>(values: readonly T[]) => fc.subarray([...values], { maxLength: 2 });
const filters: fc.Arbitrary<ChunkFilter> = fc.oneof(
  fc.nat(9).map((k) => ({ ...noFilter, tags: [`one-in-${2 ** k}`] })),
  fc.record({
    artifactTypes: few(types),
    languages: few(languages),
    pathPrefixes: few(["src/", "docs/deep/file-1", "test/file-7", "nowhere/"]),
    pathGlobs: few([...globs.keys()]),
    subsystems: few(["core", "edge"]),
    tags: few(["one-in-1", "one-in-2", "one-in-8", "one-in-64", "none"]),
    symbolKinds: few(kinds),
    updatedAfter: fc.constantFrom(0, 0, 3_000, 8_000, 9_000),
  }),
);

const asked = fc.record({
  filter: filters,
  terms: fc.subarray(vocabulary, { minLength: 1, maxLength: 3 }),
  seed: fc.nat(1_000),
  offset: fc.constantFrom(0, 0, 5),
  limit: fc.constantFrom(1, 10, 100),
});
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

let index: LibsqlIndex;
let rows: Row[];
const state = temporaryState();

test.before(async () => {
  const embedder = { dimensions: contractDimensions, fingerprint: contractFingerprint };
  index = await openLibsqlIndex({ statePath: state.path, embedder, meter: quietMeter }, never);
  const files = sampleFiles(500);
  // Some files go, some come with the second generation: ended rows stand between the others.
  const gone = new Set(files.filter((_, at) => at % 7 === 3).map(({ path }) => path));
  await write(index, "a", 0, 1, files.slice(0, 400));
  await write(
    index,
    "a",
    1,
    2,
    files.slice(400),
    [...gone].filter((path) => files.findIndex((f) => f.path === path) < 400),
  );
  const kept = files.filter(({ path }, at) => at >= 400 || !gone.has(path));
  rows = kept.flatMap((file) => {
    const chunks = chunksOf("a", file);
    return chunks.map((chunk) => ({ file: record(file.path, { chunks: chunks.length, ...file.facts }), chunk }));
  });
});

test.after(async () => {
  await index.close();
  state.remove();
});

const byScore = (a: { score: number; id: string }, b: { score: number; id: string }) =>
  b.score - a.score || (a.id < b.id ? -1 : 1);

test("at every selectivity, for words and vectors, page by page", async () => {
  const shares: number[] = [];
  // Whatever chance brings beside them.
  const everyShare = [1, 4, 32, 512].map((one): [Asked] => {
    const filter = { ...noFilter, tags: [`one-in-${one}`] };
    return [{ filter, terms: vocabulary.slice(0, 2), seed: one, offset: 0, limit: 10 }];
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ filter, terms, seed, offset, limit }) => {
      const vector = vectorOf(`question ${seed}`);
      const one = { terms: words(...terms), vector, offset, limit };
      const found = await index.search(query("a", 2, { ...one, filter }), never);
      const whole = await index.search(query("a", 2, { ...one, vector: undefined, offset: 0, limit: 10_000 }), never);
      const matching = rows.filter((row) => passes(row, filter));
      shares.push(matching.length / rows.length);

      assert.is(found.filteredTotal, matching.length);
      assert.is(found.documents, rows.length);
      const near = matching
        .map(({ chunk }) => {
          const { code, scale } = quantise(chunk.vector!);
          return { id: chunk.chunkId, score: cosine(vector, code, scale) };
        })
        .sort(byScore);
      const allowed = new Set(matching.map(({ chunk }) => chunk.chunkId));
      const worded = whole.candidates
        .filter(({ chunkId, lexicalRank }) => lexicalRank > 0 && allowed.has(chunkId))
        .map(({ chunkId, lexical }) => ({ id: chunkId, score: lexical }))
        .sort(byScore);
      assert.is(found.lexicalTotal, worded.length);
      const listed = (rank: "lexicalRank" | "vectorRank") =>
        found.candidates
          .filter((candidate) => candidate[rank] > 0)
          .sort((a, b) => a[rank] - b[rank])
          .map((candidate) => `${candidate[rank]} ${candidate.chunkId}`);
      const page = (all: readonly { id: string }[]) =>
        all.slice(offset, offset + limit).map(({ id }, at) => `${offset + at + 1} ${id}`);
      assert.equal(listed("vectorRank"), page(near));
      assert.equal(listed("lexicalRank"), page(worded));
    }),
    { numRuns: Number(process.env["KM_TEST_RUNS"] ?? 60), examples: everyShare },
  );
  for (const [low, high] of [
    [0, 0.01],
    [0.01, 0.1],
    [0.1, 0.5],
    [0.5, 1.01],
  ] as const) {
    assert.ok(
      shares.some((share) => share >= low && share < high),
      `no filter let through ${low} to ${high}`,
    );
  }
});

test.run();
