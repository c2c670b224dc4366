import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Vote } from "../../../gen/knowledge/v1/search_service.ts";
import { ingest, runCommand, startGatewayProcess, temporaryFolder } from "../../support/gateway-process.ts";

const test = suite("feedback, through the program");

test("a vote given over gRPC is exported beside the running gateway, and after it", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "limiter.py"), 'def limit(calls):\n    """Throttles calls."""\n    return calls[:10]\n');
  const place = { statePath: temporaryFolder(), sources: { one: root } };
  const gateway = await startGatewayProcess(place);
  const clients = gateway.clients();
  await ingest(clients);
  const { hits, searchRequestId } = await clients.search.search({ query: "throttle calls" });
  const chunkId = hits[0]?.chunkId ?? "";
  await clients.search.submitFeedback({ searchRequestId, chunkId, vote: Vote.VOTE_HELPFUL, note: "yes" });
  const beside = await runCommand(["feedback", "export"], place);
  const copy = join(temporaryFolder(), "copy");
  const backup = await runCommand(["backup", copy], place);
  assert.is(backup.code, 0, backup.stderr);
  await gateway.stop();
  const elsewhere = { ...place, statePath: temporaryFolder() };
  const restore = await runCommand(["restore", copy], elsewhere);
  assert.is(restore.code, 0, restore.stderr);
  assert.is((await runCommand(["feedback", "export"], elsewhere)).stdout, beside.stdout, "from the backup");
  const after = await runCommand(["feedback", "export"], place);
  assert.is(beside.code, 0, beside.stderr);
  assert.is(after.stdout, beside.stdout);
  const lines = after.stdout.trim().split("\n");
  assert.is(lines.length, 1);
  const one = JSON.parse(lines[0]!) as Record<string, unknown>;
  assert.equal(
    [one["query"], one["vote"], one["note"], one["tokenId"]],
    ["throttle calls", "helpful", "yes", "anonymous"],
  );
  assert.is((one["hit"] as { path: string }).path, "limiter.py");
  assert.ok(!Number.isNaN(Date.parse(one["at"] as string)));
});

test("nothing is exported of a state without feedback, and that is no failure", async () => {
  const { code, stdout } = await runCommand(["feedback", "export"], {});
  assert.is(code, 0);
  assert.is(stdout, "");
});

test.run();
