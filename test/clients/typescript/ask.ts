/**
 * What an agent in TypeScript does: ask.ts ADDRESS READER_TOKEN MAINTAINER_TOKEN. Prints one JSON object a line; the
 * test that runs it compares them.
 */
import process from "node:process";
import type { Metadata } from "nice-grpc";
import { type ClientError, Status } from "nice-grpc-common";
import { RichClientError } from "nice-grpc-error-details";
import { IngestMode, ingestRunStateToJSON } from "../../../gen/knowledge/v1/ingest_service.ts";
import { openKnowledge } from "./client.ts";

const [address = "", reader = "", maintainer = ""] = process.argv.slice(2);
const say = (facts: object) => console.log(JSON.stringify(facts));
const query = "how high is the tide";

const keeper = openKnowledge(address, maintainer);
const asker = openKnowledge(address, reader);

// An ingest, followed to its end. Leaving the loop early ends the stream, and nothing else.
const [started] = (await keeper.ingest.startIngest({ mode: IngestMode.INGEST_MODE_FULL })).runs;
let run = started;
let events = 0;
for await (const { progress } of keeper.ingest.watchIngest({ runId: started?.runId ?? "" })) {
  if (progress === undefined) continue; // a heartbeat
  run = progress.run;
  events += 1;
}
say({ step: "ingest", events, state: run && ingestRunStateToJSON(run.state) });

// A question.
let header: Metadata | undefined;
const onHeader = (received: Metadata) => {
  header = received;
};
const { hits, revisions } = await asker.search.search({ query, pageSize: 3 }, { onHeader });
const [hit] = hits;
say({
  step: "search",
  path: hit?.artifact?.path,
  start: hit?.lines?.start,
  end: hit?.lines?.end,
  request_id: header?.get("x-request-id") !== undefined,
  revision: revisions[0]?.generation === run?.generation,
});

// Errors, with their details.
async function refused(step: string, work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => undefined,
    (cause: ClientError) => cause,
  );
  const details = error instanceof RichClientError ? error.extra : [];
  const info = details.find(({ $type }) => $type === "google.rpc.ErrorInfo") as { reason?: string } | undefined;
  say({ step, code: error && Status[error.code], reason: info?.reason ?? "" });
}
const nobody = openKnowledge(address, "");
await refused("no token", nobody.search.search({ query }));
await refused("reader ingests", asker.ingest.startIngest({}));
await refused("empty query", asker.search.search({}));
for (const { close } of [keeper, asker, nobody]) close();
