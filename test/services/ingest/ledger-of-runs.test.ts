import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../../src/domain/mod.ts";
import { asker, bench, countingEmbedder, entries, fakeSource, gate, ingest, never, order } from "./harness.ts";

const test = suite("what the ledger says of runs");
const actor = { tokenId: "t1", name: "nightly", scope: "maintainer", peer: "10.0.0.7" } as const;
const asked = { actor, trigger: "command", requestId: "request-7" } as const;

test("however a run ends: who, by what trigger, commit, embedder, counts, times of stages, and the error", async () => {
  const source = fakeSource("docs", { "a.md": "# One\n" });
  const at = bench([source]);
  const ended: string[] = [];
  const last = async () => {
    const entry = (await entries(at.ledger)).at(-1)!;
    ended.push(entry.outcome);
    const { run } = entry;
    assert.ok(run);
    assert.equal([entry.kind, entry.source, entry.requestId], ["ingest-run", "docs", "request-7"]);
    assert.equal([entry.actor, run.actor, run.trigger], [actor, actor, "command"]);
    assert.match(run.embedder, /^e\d/);
    return { entry, run };
  };

  await ingest(at, "docs", asked);
  const succeeded = (await last()).run;
  assert.is(succeeded.commit, source.commit);
  assert.equal([succeeded.files.added, succeeded.chunks.written > 0], [1, true]);
  for (const stage of ["listing", "planning", "indexing", "committing"]) {
    assert.type(succeeded.stages[stage], "number");
  }

  await ingest(at, "docs", { ...asked, dryRun: true });
  assert.is((await last()).entry.details["dry_run"], "true");

  source.files.set("a.md", "# Two\n");
  source.onRead.set("a.md", async () => {
    throw new Fault("unavailable", "the disk is gone", { reason: "DISK_GONE" });
  });
  await ingest(at, "docs", asked);
  const failed = (await last()).run;
  assert.equal([failed.error?.reason, failed.error?.stage], ["DISK_GONE", "indexing"]);

  const reading = gate<void>();
  source.onRead.set("a.md", (signal) => {
    reading.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const [run] = await at.ingester.start(order(["docs"], asked), never);
  await reading.promise;
  await at.ingester.cancel(run!.runId, asker, never);
  await last();

  const refusing = at.restarted({ embedderChange: "refuse" }, { embedder: countingEmbedder("e2") });
  await ingest(refusing, "docs", asked).catch(() => {});
  const refused = await last();
  assert.is(refused.entry.details["reason"], "EMBEDDER_CHANGED");

  assert.equal(ended, ["succeeded", "planned", "failed", "cancelled", "refused"]);
});

test.run();
