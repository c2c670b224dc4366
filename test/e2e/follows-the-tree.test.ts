import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchView } from "../../gen/knowledge/v1/search_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { type GatewayProcess, ingest, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { inTime } from "../support/in-time.ts";

const test = suite("the gateway follows its repository");

const tide = `/** How high the water stands above the chart's zero. */
export interface Tide {
  readonly metres: number;
}

/** The height of the tide at an hour, by the rule of twelfths. */
export function tideHeight(hour: number, range: number): Tide {
  const twelfths = [0, 1, 3, 6, 9, 11, 12];
  return { metres: (range * (twelfths[hour] ?? 12)) / 12 };
}
`;
const repo = makeRepo({
  "src/tide.ts": tide,
  "docs/harbour.md": "# Harbour\n\nThe harbour master is called Quillfeather.\n",
});
const statePath = temporaryFolder();
const place = { statePath, sources: { harbour: repo.root } };

/** Every word of what a search returned, with the paths. */
async function found(clients: Clients, query: string) {
  const { hits } = await inTime(() =>
    clients.search.search({ query, view: SearchView.SEARCH_VIEW_FULL, pageSize: 50 }),
  );
  return {
    hits,
    paths: hits.map((hit) => hit.artifact?.path),
    text: hits.map((hit) => hit.content).join("\n"),
  };
}

let gateway: GatewayProcess;
let clients: Clients;
test.before(async () => {
  gateway = await startGatewayProcess(place);
  clients = gateway.clients();
});
test.after(async () => {
  await gateway.stop();
  repo.remove();
});

test("a question comes back with path and lines", async () => {
  assert.equal((await found(clients, "tide")).hits, [], "nothing is indexed yet");
  const [run] = await ingest(clients);
  assert.is(run?.files?.added, 2);
  const { hits } = await found(clients, "how high is the tide at an hour");
  const [first] = hits;
  assert.is(first?.artifact?.path, "src/tide.ts");
  assert.is(first?.artifact?.source, "harbour");
  const { start = 0, end = 0 } = first?.lines ?? {};
  assert.ok(start <= 7 && end >= 7, `lines ${start}-${end} hold tideHeight, declared on line 7`);
  assert.is(
    first?.content,
    tide
      .split("\n")
      .slice(start - 1, end)
      .join("\n") + (first?.content.endsWith("\n") ? "\n" : ""),
  );
});

test("an edit replaces the old text", async () => {
  repo.write("docs/harbour.md", "# Harbour\n\nThe harbour master is called Brambleworth.\n");
  const [run] = await ingest(clients);
  assert.is(run?.files?.changed, 1);
  assert.is(run?.files?.unchanged, 1);
  const { text, paths } = await found(clients, "harbour master Brambleworth");
  assert.match(text, "Brambleworth");
  assert.is(paths[0], "docs/harbour.md");
  assert.not.match((await found(clients, "Quillfeather")).text, "Quillfeather");
  const { content } = await clients.search.getArtifact({ source: "harbour", path: "docs/harbour.md" });
  assert.match(content, "Brambleworth");
});

test("a restart keeps the index", async () => {
  const before = (await found(clients, "rule of twelfths")).hits.map((hit) => [hit.chunkId, hit.score]);
  assert.is((await gateway.stop()).code, 0);
  gateway = await startGatewayProcess(place);
  clients = gateway.clients();
  const after = (await found(clients, "rule of twelfths")).hits.map((hit) => [hit.chunkId, hit.score]);
  assert.equal(after, before);
  const { sources } = await clients.ingest.listSources({});
  assert.is(sources[0]?.files, 2);
});

test("a rename moves the passage and a deletion leaves nothing", async () => {
  repo.git("mv", "src/tide.ts", "src/water.ts");
  repo.delete("docs/harbour.md");
  repo.commit("move the tide, close the harbour");
  const [run] = await ingest(clients);
  assert.is(run?.files?.removed, 2);
  assert.is(run?.chunks?.reused, run?.chunks?.written, "a renamed file is not embedded again");
  const all = await found(clients, "tide harbour master");
  assert.equal([...new Set(all.paths)], ["src/water.ts"]);
  assert.not.match(all.text, "Brambleworth");
  await clients.search.getArtifact({ source: "harbour", path: "docs/harbour.md" }).then(
    () => assert.unreachable("a deleted file was served"),
    (error: Error) => assert.match(error.message, /NOT_FOUND/),
  );
});

test.run();
