import { rmSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLedger, openLibsqlIndex, openState } from "../../../src/adapters/libsql/mod.ts";
import { manualClock } from "../../../src/adapters/memory/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { LexicalTuning } from "../../../src/ports/mod.ts";
import type { IngestSettings } from "../../../src/services/ingest/mod.ts";
import { temporaryFolder } from "../../support/gateway-process.ts";
import { bench, countingEmbedder, fakeSource, ingest, never, order, paragraphParser, recorded } from "./harness.ts";

const test = suite("another embedder or chunker, over the embedded stores");

const field = { weight: 1, b: 0.5 };
const fields = { body: field, path: field, symbol: field, context: field, doc: field };
const tuning: LexicalTuning = { k1: 1.2, fields };
const filter = {
  artifactTypes: [],
  languages: [],
  pathPrefixes: [],
  pathGlobs: [],
  subsystems: [],
  tags: [],
  symbolKinds: [],
  updatedAfter: 0,
};

/** One life of a gateway on a state folder, under an embedder and a chunker. */
async function life(statePath: string, embedded: string, chunker: string, settings: Partial<IngestSettings> = {}) {
  const clock = manualClock(Date.now());
  const embedder = countingEmbedder(embedded);
  const state = await openState({ statePath }, clock, never);
  const ledger = await openLedger({ statePath }, clock, never);
  const index = await openLibsqlIndex({ statePath, embedder, meter: recorded().meter }, never);
  const docs = fakeSource("docs", { "a.md": "alpha one\n\nalpha two\n", "b.md": "beta\n" });
  const parser = paragraphParser(chunker);
  const at = bench([docs], { state, ledger, index, embedder, parser, clock }, settings);
  return {
    at,
    embedder,
    revision: () => state.revisions.served()[0],
    /** Chunks that a vector of this embedder finds. */
    async near() {
      const served = state.revisions.served()[0]!;
      const vector = Float32Array.from([0.5, 0.5, 0.5, 0.5]);
      const spot = { source: "docs", generation: served.generation };
      const query = { at: [spot], filter, terms: [], tuning, vector, offset: 0, limit: 10 };
      return (await index.search(query, never)).candidates.filter(({ vector: cosine }) => cosine > 0.1).length;
    },
    async end() {
      await at.ingester.stop();
      await index.close();
      await state.close();
      await ledger.close();
    },
  };
}

test("a changed embedder rebuilds all of it, and its vectors never meet the old ones", async () => {
  const statePath = temporaryFolder();
  const first = await life(statePath, "e1", "p1");
  await ingest(first.at, "docs");
  const old = first.revision();
  const count = await first.near();
  assert.ok(count > 0);
  await first.end();

  const second = await life(statePath, "e2", "p1");
  assert.is(await second.near(), 0, "vectors of another embedder are not compared");
  assert.is(await second.at.ingester.unchanged("docs", never), false);
  const run = await ingest(second.at, "docs");
  assert.equal([run.state, run.embedder], ["succeeded", "e2 p1"]);
  assert.equal([run.chunks.written, run.chunks.reused, second.embedder.texts.length], [3, 0, 3]);
  assert.equal([second.revision()?.fingerprint, old?.fingerprint], ["e2 p1", "e1 p1"]);
  assert.is(await second.near(), count);
  assert.is(await second.at.ingester.unchanged("docs", never), true);
  await second.end();
  rmSync(statePath, { recursive: true, force: true });
});

test("a changed chunker rebuilds too, without embedding equal texts again", async () => {
  const statePath = temporaryFolder();
  const first = await life(statePath, "e1", "p1");
  await ingest(first.at, "docs");
  await first.end();
  const second = await life(statePath, "e1", "p2");
  const run = await ingest(second.at, "docs");
  assert.equal([run.chunks.written, second.embedder.texts.length], [3, 0]);
  assert.is(second.revision()?.fingerprint, "e1 p2");
  await second.end();
  rmSync(statePath, { recursive: true, force: true });
});

test("with the policy refuse the run is refused by name, what was indexed is served on, and a full run is the way", async () => {
  const statePath = temporaryFolder();
  const first = await life(statePath, "e1", "p1");
  await ingest(first.at, "docs");
  const old = first.revision();
  await first.end();
  const second = await life(statePath, "e2", "p1", { embedderChange: "refuse" });
  try {
    await second.at.ingester.start(order(["docs"]), never);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Fault);
    const { code, reason, metadata } = error as Fault;
    assert.equal([code, reason, metadata["indexed_with"]], ["precondition", "EMBEDDER_CHANGED", "e1 p1"]);
  }
  assert.equal(second.revision(), old);
  assert.is((await ingest(second.at, "docs", { mode: "full" })).state, "succeeded");
  assert.is(second.revision()?.fingerprint, "e2 p1");
  await second.end();
  rmSync(statePath, { recursive: true, force: true });
});

test.run();
