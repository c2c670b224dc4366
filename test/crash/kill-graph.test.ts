import { rmSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { openSources } from "../../src/adapters/git/mod.ts";
import { openLibsqlGraph } from "../../src/adapters/libsql/mod.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { quietMeter } from "../adapters/libsql/index/sample-index.ts";
import { graphBench, type WholeGraph, wholeGraph } from "../services/ingest/graph-bench.ts";
import { ingest, never } from "../services/ingest/harness.ts";
import { startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo, type TestRepo } from "../support/git-repo.ts";
import { verifyState } from "../support/index-verifier.ts";
import { dice } from "./dice.ts";
import { roundsPerFile, seed } from "./kill-rounds.ts";

const test = suite("killed while the graph is written");
const stages = ["indexing", "linking", "committing"] as const;
const files = 30;
const rounds = Math.max(3, Math.ceil(roundsPerFile / 3));

/** Calls and imports of neighbours; `version` changes what it defines and whom it calls. */
function fileText(file: number, version: number): string {
  const next = (file + 1 + (version % 3)) % files;
  return [
    `import { made${next} } from "./file-${next}.ts";`,
    `export function made${file}() {`,
    `  return made${next}();`,
    "}",
    `export class Thing${version} {`,
    "  run() {",
    `    return this.run() + made${file}();`,
    "  }",
    "}",
    "",
  ].join("\n");
}

async function complete(clients: Clients): Promise<void> {
  const { runs } = await clients.ingest.startIngest({});
  let last = runs[0];
  for await (const { progress } of clients.ingest.watchIngest({ runId: runs[0]!.runId })) last = progress?.run ?? last;
  assert.is(last?.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED, JSON.stringify(last?.error));
}

async function entered(clients: Clients, runId: string, stage: string): Promise<void> {
  for await (const { progress } of clients.ingest.watchIngest({ runId })) if (progress?.stage === stage) return;
}

/** When files changed is told by how far the listing looked, which is not what is compared. */
function timeless({ nodes, edges }: WholeGraph): WholeGraph {
  const plain = nodes.map(({ attributes, ...node }) => {
    const { commit: _, updated_at: __, ...rest } = attributes;
    return { ...node, attributes: rest };
  });
  return { nodes: plain, edges };
}

async function anew(repo: TestRepo): Promise<WholeGraph> {
  const config = { sources: [{ name: "repo", path: repo.root }], indexUntracked: false };
  const sources = await openSources({ ...config, statePath: join(repo.root, ".state") }, never);
  const fresh = graphBench(sources.all());
  await ingest(fresh, "repo");
  return timeless(await wholeGraph(fresh, "repo"));
}

/** What the files of a state directory hold of the graph that is served. */
async function held(statePath: string): Promise<WholeGraph> {
  const { broken, revisions } = verifyState(statePath, { after: "dead" });
  assert.equal(broken, []);
  const graph = await openLibsqlGraph({ statePath, meter: quietMeter }, never);
  try {
    const state = { revisions: { served: () => revisions } };
    return timeless(await wholeGraph({ graph, state } as unknown as Parameters<typeof wholeGraph>[0], "repo"));
  } finally {
    await graph.close();
  }
}

test(`what is served afterwards is the graph of the tree, whole (${rounds} kills, seed ${seed})`, async () => {
  const random = dice(seed);
  const statePath = temporaryFolder();
  const repo = makeRepo();
  const place = { statePath, sources: { repo: repo.root }, env: { KM_GENERATION_GRACE: "0s" } };
  for (let i = 0; i < files; i++) repo.write(`src/file-${i}.ts`, fileText(i, i));
  repo.commit();
  try {
    let gateway = await startGatewayProcess(place);
    await complete(gateway.clients());
    let last = await anew(repo);
    for (let round = 0; round < rounds; round++) {
      const note = `seed ${seed}, kill ${round + 1} at ${stages[round % stages.length]}`;
      for (let n = 0; n < 6; n++) {
        const file = random.below(files);
        if (random.below(5) === 0) repo.git("rm", "-q", "-f", "--ignore-unmatch", "--", `src/file-${file}.ts`);
        else repo.write(`src/file-${file}.ts`, fileText(file, 100 * (round + 1) + n));
        repo.git("add", "-A");
      }
      repo.commit();
      const next = await anew(repo);
      const clients = gateway.clients();
      const { runs } = await clients.ingest.startIngest({});
      await entered(clients, runs[0]!.runId, stages[round % stages.length]!);
      gateway.signal("SIGKILL");
      await gateway.ended;
      const dead = await held(statePath);
      if (dead.nodes.length !== last.nodes.length || JSON.stringify(dead) !== JSON.stringify(last))
        assert.equal(dead, next, `${note}: neither what was served nor what was being written`);
      gateway = await startGatewayProcess(place);
      await complete(gateway.clients());
      await gateway.stop();
      assert.equal(await held(statePath), next, note);
      last = next;
      gateway = await startGatewayProcess(place);
    }
    await gateway.stop();
  } finally {
    repo.remove();
    rmSync(statePath, { recursive: true, force: true });
  }
});

test.run();
