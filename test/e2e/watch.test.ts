import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestTrigger } from "../../gen/knowledge/v1/ingest_service.ts";
import { ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const test = suite("watching files");

test("an edit is searchable without anyone asking, by a run that says it was the watch's", async () => {
  const repo = makeRepo({ "readme.md": "# Alpacas\n\nThey hum when content.\n" });
  repo.commit();
  const env = { KM_WATCH: "on", KM_WATCH_DEBOUNCE: "100ms", KM_SCHEDULER_ENABLED: "off" };
  const gateway = await startGatewayProcess({ sources: { docs: repo.root }, env });
  const clients = gateway.clients();
  await ingest(clients);
  for (let edit = 0; ; edit += 1) {
    // The watch may only just be starting: an edit that it missed is followed by another.
    repo.write("readme.md", `# Zebras\n\nNo two have equal stripes. ${edit}\n`);
    const { runs } = await clients.ingest.listIngestRuns({});
    if (runs[0]?.trigger === IngestTrigger.INGEST_TRIGGER_WATCH && runs[0].generation > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { hits } = await clients.search.search({ query: "equal stripes of zebras" });
  assert.is(hits[0]?.artifact?.path, "readme.md");
  assert.equal((await clients.search.search({ query: "alpacas hum", mode: 2 })).hits, []);
  assert.is((await gateway.stop()).code, 0);
  repo.remove();
});

test.run();
