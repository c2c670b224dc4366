import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { verifyState } from "../support/index-verifier.ts";
import { smallDisk } from "../support/small-disk.ts";

// Of the twenty checks: 17.

const test = suite("a full disk");
const small = smallDisk(40, import.meta.url);
const disk = "path" in small ? small.path : "";
const repo = makeRepo({ "src/anchor.ts": "export const anchor = 1;\n", "src/chain.ts": "export const chain = 1;\n" });
const sources = { harbour: repo.root };
const filler = join(disk, "filler");
test.after(() => {
  if ("path" in small) small.unmount();
  repo.remove();
});

/** Fills the disk to its last byte, or until so many bytes are left. */
function fill(leave = 0): void {
  const handle = openSync(filler, "a");
  for (let size = 1 << 20; size >= 512; ) {
    try {
      if (freeBytes() - size < leave) throw new Error("enough");
      writeSync(handle, new Uint8Array(size));
    } catch {
      size /= 2;
    }
  }
  closeSync(handle);
}

function freeBytes(): number {
  return Number(execFileSync("stat", ["-f", "-c", "%a", disk], { encoding: "utf8" })) * 4_096;
}

const run = async (clients: Clients) => {
  const { runs } = await clients.ingest.startIngest({});
  let last = runs[0];
  for await (const { progress } of clients.ingest.watchIngest({ runId: runs[0]!.runId })) last = progress?.run ?? last;
  return last!;
};
const whole = async (clients: Clients, path: string) =>
  (await clients.search.getArtifact({ source: "harbour", path })).content;

if ("path" in small) {
  test("runs are refused or fail by name, reads go on, and the next run completes once there is room", async () => {
    const statePath = join(disk, "state");
    let gateway = await startGatewayProcess({ statePath, sources, env: { KM_GENERATION_GRACE: "0s" } });
    let clients = gateway.clients();
    const [first] = await ingest(clients);

    // Too little room is seen before anything is written.
    repo.write("src/anchor.ts", "export const windlass = 2;\n");
    fill(2 << 20);
    const asked = await run(clients);
    assert.is(asked.state, IngestRunState.INGEST_RUN_STATE_FAILED);
    assert.is(asked.error?.reason, "DISK_SPACE");
    assert.match(
      asked.error?.message ?? "",
      /needs about [\d.]+ MiB.*has [\d.]+ MiB free.*free space under KM_STATE_PATH/,
    );

    // Not a byte left: what changes anything is refused and says why; what reads goes on.
    fill();
    const refused = await clients.ingest.startIngest({}).then(
      () => "it was started",
      (error: unknown) => String(error),
    );
    assert.match(refused, /disk is full|free space|ledger can't record/);
    assert.is(await whole(clients, "src/anchor.ts"), "export const anchor = 1;\n");
    assert.is((await clients.search.search({ query: "anchor" })).hits[0]?.artifact?.path, "src/anchor.ts");
    assert.is((await clients.ingest.listSources({})).sources[0]?.revision?.generation, first!.generation);

    rmSync(filler);
    const again = await run(clients);
    assert.is(again.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED, JSON.stringify(again.error));
    assert.is(await whole(clients, "src/anchor.ts"), "export const windlass = 2;\n");

    // The disk fills up while a run writes: more text than the check could know of, taken by something else.
    for (let i = 0; i < 60; i++) repo.write(`src/big-${i}.ts`, bigFile(i));
    repo.commit();
    const { runs } = await clients.ingest.startIngest({});
    let ended = runs[0]!;
    for await (const { progress } of clients.ingest.watchIngest({ runId: ended.runId })) {
      if (progress?.stage === "indexing") fill();
      ended = progress?.run ?? ended;
    }
    assert.is(ended.state, IngestRunState.INGEST_RUN_STATE_FAILED);
    assert.match(ended.error?.reason ?? "", /^(DISK_FULL|DISK_SPACE|INDEX_IO)$/);
    assert.is(await whole(clients, "src/anchor.ts"), "export const windlass = 2;\n");

    rmSync(filler);
    const last = await run(clients);
    assert.is(last.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED, JSON.stringify(last.error));
    assert.is(await whole(clients, "src/big-59.ts"), bigFile(59));
    const told = await clients.ingest.listIngestRuns({});
    const open = told.runs.filter(({ state }) => state === IngestRunState.INGEST_RUN_STATE_RUNNING);
    assert.equal(
      open.map(({ runId }) => runId),
      [],
      "a run whose end could not be written is not running for ever",
    );

    // A start on a full disk says so or serves; after it, all is as it was.
    assert.is((await gateway.stop()).code, 0);
    gateway = await startGatewayProcess({ statePath, sources, env: { KM_GENERATION_GRACE: "0s" } });
    clients = gateway.clients();
    assert.is(await whole(clients, "src/big-59.ts"), bigFile(59));
    repo.write("src/anchor.ts", "export const capstan = 3;\n");
    assert.is((await run(clients)).state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED);
    assert.is((await gateway.stop("SIGTERM")).code, 0);
    assert.equal(verifyState(statePath, { after: "swept" }).broken, []);
  });
} else {
  console.log(`SKIPPED: a full disk: ${small.missing}`);
  test.skip("a full disk", () => {});
}

function bigFile(at: number): string {
  return Array.from({ length: 700 }, (_, line) => `export const rope${at}x${line} = "${line} fathoms of ${at}";`).join(
    "\n",
  );
}

test.run();
