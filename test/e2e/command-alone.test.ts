import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCommand, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const test = suite("the command with no gateway running");
const repo = makeRepo({ "docs/tide.md": "# Tide\n\nThe water rises twice a day.\n" });
const statePath = temporaryFolder();
const place = { statePath, sources: { harbour: repo.root } };
test.after(() => repo.remove());

test("it opens the state itself, works, and leaves nothing locked", async () => {
  const nothing = await runCommand(["status"], place);
  assert.is(nothing.code, 0, nothing.stderr);
  assert.match(nothing.stdout, "nothing is served yet");
  assert.match(nothing.stderr, "no gateway is running");

  const run = await runCommand(["rebuild"], place, "gateway-ingest");
  assert.is(run.code, 0, run.stderr);
  assert.match(run.stdout, /harbour: succeeded, 1 files \(1 added/);
  assert.not(existsSync(join(statePath, "lock")));
  assert.not(existsSync(join(statePath, "serving.json")));

  const found = await runCommand(["search", "how often does the water rise"], place);
  assert.is(found.code, 0, found.stderr);
  assert.match(found.stdout, /1\. docs\/tide\.md:1-3/);
  assert.is(found.stderr, "");

  const history = await runCommand(["audit", "history"], place);
  assert.match(history.stdout, /ingest-run\s+succeeded/);
});

test("KM_INGEST_DRY_RUN makes every run a plan", async () => {
  repo.write("docs/new.md", "# New\n\nA lighthouse.\n");
  repo.commit("a lighthouse");
  const env = { KM_INGEST_DRY_RUN: "true" };
  const planned = await runCommand(["ingest", "start"], { ...place, env });
  assert.is(planned.code, 0, planned.stderr);
  assert.match(planned.stdout, "harbour: planned");
  assert.match(planned.stdout, /add\s+docs\/new\.md/);
  const found = await runCommand(["search", "lighthouse", "--json"], place);
  assert.not.match(found.stdout, "docs/new.md");
});

test("a configuration that can't be read is told, without a gateway", async () => {
  const ended = await runCommand(["search", "water"], { ...place, env: { KM_LOG_LEVEL: "loud" } });
  assert.is(ended.code, 1);
  assert.match(ended.stderr, "KM_LOG_LEVEL");
  assert.not.match(ended.stderr, /\n\s+at /);
});

test.run();
