import { setTimeout as delay } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AskedEmbeddings, answer, startEmbeddingsServer, wellAnswered } from "../support/embeddings-server.ts";
import { ingest, type Launched, launchCommand, runCommand, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const test = suite("a run that is held open by its embedder");
const dimensions = 16;

/** Until it says this on either stream. */
async function says(command: Launched, words: string): Promise<void> {
  const said = () => command.said() + command.complained();
  for (const began = performance.now(); !said().includes(words); await delay(20))
    if (performance.now() - began > 60_000) throw new Error(`it never said ${words}: ${said()}`);
}

test("the command follows it from beside, a cancel does not wait for the embedder, and the next run is followed to its end", async () => {
  const embedder = await startEmbeddingsServer(dimensions);
  const repo = makeRepo({ "tide.md": "# Tide\n\nThe water rises.\n" });
  const place = { sources: { harbour: repo.root } };
  const env = {
    KM_EMBEDDER: "http",
    KM_EMBEDDER_URL: embedder.url,
    KM_EMBEDDER_MODEL: "small",
    KM_EMBEDDER_DIMENSIONS: String(dimensions),
  };
  const gateway = await startGatewayProcess({ ...place, env });
  const beside = { ...place, env, statePath: gateway.statePath };
  const clients = gateway.clients();
  const texts = async () =>
    (await clients.search.search({ query: "lighthouse" })).hits.map((hit) => hit.artifact?.path);
  const held: (() => void)[] = [];
  const hold = () =>
    embedder.always((asked: AskedEmbeddings, response) => {
      // A search's question is answered: only passages wait.
      const passes = asked.input.every((text) => text === "lighthouse");
      const reply = () => answer(response, wellAnswered(asked, dimensions));
      if (passes) reply();
      else held.push(reply);
    });
  try {
    const [first] = await ingest(clients);
    repo.write("new.md", "# New\n\nA lighthouse.\n");
    repo.commit();
    hold();
    const { runs } = await clients.ingest.startIngest({});
    const runId = runs[0]!.runId;
    const [lines, events] = [
      launchCommand(["ingest", "watch", runId], beside),
      launchCommand(["ingest", "watch", runId, "--json"], beside),
    ];
    await says(lines, "harbour: indexing");
    await says(events, '"stage":"indexing"');
    const cancelled = await runCommand(["ingest", "cancel", runId], beside);
    assert.is(cancelled.code, 0, cancelled.stderr);
    assert.match(cancelled.stdout, "harbour: cancelled");
    assert.ok(held.length > 0, "the embedder has still not answered");
    for (const { ended } of [lines, events]) assert.is((await ended).code, 1);
    assert.match(lines.said(), "harbour: cancelled");
    assert.match(events.said(), "INGEST_RUN_STATE_CANCELLED");
    assert.not.ok((await texts()).includes("new.md"), "nothing of it is served");
    const [standing] = (await clients.ingest.listSources({})).sources;
    assert.is(standing?.revision?.generation, first?.generation);

    held.length = 0;
    const next = (await clients.ingest.startIngest({})).runs[0]!.runId;
    const followed = launchCommand(["ingest", "watch", next], beside);
    await says(followed, "harbour: indexing");
    embedder.always(undefined);
    for (const reply of held.splice(0)) reply();
    assert.is((await followed.ended).code, 0, followed.complained());
    assert.match(followed.said(), "harbour: succeeded");
    assert.match(followed.complained(), "harbour: committing");
    assert.ok((await texts()).includes("new.md"));
  } finally {
    for (const reply of held.splice(0)) reply();
    await gateway.stop();
    await embedder.close();
    repo.remove();
  }
});

test.run();
