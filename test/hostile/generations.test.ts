import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openClients } from "../../src/cli/clients.ts";
import { readConfig } from "../../src/config/mod.ts";
import { startGateway } from "../../src/main.ts";
import { ingest, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { verifyState } from "../support/index-verifier.ts";

const test = suite("generations under continuous ingest");
const pier = (file: number, version: number) =>
  `# Pier ${file}\n\nThe tide at quay ${file} was read in version${version}.\n`;
const repo = makeRepo(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`pier-${i}.md`, pier(i, 0)])));
test.after(() => repo.remove());

async function gatewayWith(grace: string) {
  const statePath = temporaryFolder();
  const gateway = await startGateway(
    readConfig({
      KM_SOURCES: `harbour=${repo.root}`,
      KM_STATE_PATH: statePath,
      KM_GRPC_ADDRESS: "127.0.0.1:0",
      KM_METRICS_ADDRESS: "127.0.0.1:0",
      KM_INGEST_ON_START: "off",
      KM_SCHEDULER_ENABLED: "off",
      KM_GENERATION_GRACE: grace,
      KM_LOG_LEVEL: "silent",
      KM_RATE_LIMIT_REQUESTS: "1000000",
      KM_RATE_LIMIT_MANAGE_REQUESTS: "1000000",
    }),
  );
  const clients = openClients(gateway.address, undefined);
  const page = (pageToken: string) =>
    clients.search.search({ query: "tide at quay", pageSize: 5, pageToken, filter: { pathGlobs: ["pier-*.md"] } });
  return {
    statePath,
    clients,
    page,
    async stop() {
      clients.close();
      await gateway.stop();
    },
  };
}

test("pages are of the generation of the first, whatever is indexed in between", async () => {
  const { clients, page, stop } = await gatewayWith("10m");
  const [before] = await ingest(clients);
  const hits: { path: string; text: string }[] = [];
  let pages = 0;
  for (let token = "", more = true; more; pages++) {
    const reply = await page(token);
    assert.equal(
      reply.revisions.map(({ generation }) => generation),
      [before!.generation],
    );
    for (const hit of reply.hits) hits.push({ path: hit.artifact!.path, text: hit.snippet?.text ?? hit.content });
    token = reply.nextPageToken;
    more = token !== "";
    // Every file is another one, some are gone and some new, before the next page is asked for.
    for (let i = 0; i < 40; i++) repo.write(`pier-${i}.md`, pier(i, pages + 1));
    repo.write(`pier-new-${pages}.md`, pier(900 + pages, pages + 1));
    repo.commit();
    await ingest(clients);
  }
  assert.ok(pages > 2);
  const paths = hits.map(({ path }) => path);
  assert.is(new Set(paths).size, paths.length, "nothing twice");
  assert.ok(paths.every((path) => !path.includes("new")));
  assert.ok(
    hits.every(({ text }) => !/version[1-9]/.test(text)),
    "no text of a later generation",
  );
  await stop();
});

test("past the grace a page is refused by name, rows are swept, and min_generation is honoured", async () => {
  const { clients, page, stop, statePath } = await gatewayWith("0s");
  const [first] = await ingest(clients);
  const { nextPageToken } = await page("");
  repo.write("pier-0.md", pier(0, 777));
  repo.commit();
  const [second] = await ingest(clients);
  assert.ok(second!.generation > first!.generation);
  const refused = await page(nextPageToken).then(
    () => "a page of what is gone",
    (error: unknown) => String(error),
  );
  assert.match(refused, /ABORTED.*search again from the start/);
  const minimal = (generation: number) =>
    clients.search.search({ query: "tide", minGeneration: { harbour: generation } }).then(
      () => "answered",
      (error: unknown) => String(error),
    );
  assert.is(await minimal(second!.generation), "answered");
  assert.match(await minimal(second!.generation + 1), /FAILED_PRECONDITION.*wait for its ingest/);
  await stop();
  assert.equal(verifyState(statePath, { after: "swept" }).broken, []);
});

test.run();
