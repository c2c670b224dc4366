import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MatchReader } from "../../../../src/adapters/libsql/index/match-reader.ts";
import type { WireMatches, WireQuery } from "../../../../src/adapters/libsql/index/matches-wire.ts";
import { SentParts } from "../../../../src/adapters/libsql/index/sent-parts.ts";
import type { ChunkQuery } from "../../../../src/ports/mod.ts";

const test = suite("what crosses threads once");

const never = new AbortController().signal;
const facts = { artifactType: "code", language: "", subsystem: "", tags: [], commit: "", updatedAt: 0 } as const;
const file = { source: "a", path: "f.ts", facts };
const totals = {
  lexicalTotal: 1,
  filteredTotal: 1,
  documents: 1,
  documentFrequency: [],
  lexicalMax: 0,
  vectorMax: 0,
};

/** A thread that finds one row, whose chunk is called `chunk()`, and what it told of the row. */
function finding(chunk: () => string) {
  const sent = new SentParts();
  const told: boolean[] = [];
  const answer = ({ memory, taken }: WireQuery): WireMatches => {
    sent.hear(memory, taken);
    const fresh = !sent.has(7);
    told.push(fresh);
    const one = <T>(value: T): T[] => (fresh ? [value] : []);
    const about = one(JSON.stringify([null, [], ""]));
    const rows = { ids: one(7), chunkIds: one(chunk()), starts: one(1), ends: one(2), abouts: about };
    const files = sent.has(-3) ? [] : [[3, file] as const];
    const numbers = Float64Array.of(7, 3, 0, 1, 0, 1);
    return { ...totals, answer: sent.answer([...one(7), ...files.map(() => -3)]), numbers, rows, files };
  };
  return { sent, told, answer };
}

const found = async (reader: MatchReader) => {
  const { candidates } = await reader.search({} as ChunkQuery, never);
  return candidates.map(({ chunkId, path }) => `${path} ${chunkId}`);
};

test("a row is told of once, and anew when the thread has forgotten what it told", async () => {
  let chunk = "one";
  const { sent, told, answer } = finding(() => chunk);
  const reader = new MatchReader(async (query) => answer(query));
  assert.equal(await found(reader), ["f.ts one"]);
  assert.equal(await found(reader), ["f.ts one"]);
  assert.equal(told, [true, false]);
  chunk = "two";
  sent.forget();
  assert.equal(await found(reader), ["f.ts two"]);
  assert.equal(told, [true, false, true]);
});

test("what an answer told that nobody waited for is told again", async () => {
  const { told, answer } = finding(() => "one");
  let lost = true;
  const reader = new MatchReader(async (query) => {
    const made = answer(query);
    if (lost) throw new Error("aborted");
    return made;
  });
  await found(reader).catch(() => {});
  lost = false;
  assert.equal(await found(reader), ["f.ts one"]);
  assert.equal(await found(reader), ["f.ts one"]);
  assert.equal(told, [true, true, false]);
});

test("two answers under way at once are each whole", async () => {
  const { told, answer } = finding(() => "one");
  const reader = new MatchReader(async (query) => answer(query));
  assert.equal(await Promise.all([found(reader), found(reader)]), [["f.ts one"], ["f.ts one"]]);
  assert.equal(told, [true, true]);
});

test("a reader that had too much forgets all of it, and is told again", async () => {
  const { told, answer } = finding(() => "one");
  const reader = new MatchReader(async (query) => {
    const made = answer(query);
    const many = Array.from({ length: 20_000 }, (_, at) => [at + 10, file] as const);
    return told.length === 1 ? { ...made, files: [...made.files, ...many] } : made;
  });
  for (let time = 0; time < 3; time++) assert.equal(await found(reader), ["f.ts one"]);
  assert.equal(told, [true, true, false]);
});

test.run();
