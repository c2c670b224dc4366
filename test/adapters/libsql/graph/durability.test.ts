import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkDatabaseFile, openLibsqlGraph } from "../../../../src/adapters/libsql/mod.ts";
import {
  type GraphFacts,
  type Mention,
  noGraphFacts,
  packFacts,
  unpackFacts,
  unpackOutline,
} from "../../../../src/domain/graph/mod.ts";
import type { GraphStore } from "../../../../src/ports/mod.ts";
import {
  anyEdges,
  anyNodes,
  at,
  defines,
  edge,
  never,
  place,
  plainNode,
  symbolIn,
  writeGraph,
} from "../../../contract/graph-corpus.ts";
import { faultOf } from "../../../contract/sample-run.ts";
import { firstGraph } from "../../../support/first-schemas.ts";
import { quietMeter, temporaryState } from "../index/sample-index.ts";

const test = suite("embedded graph on disk");
const open = (statePath: string) => openLibsqlGraph({ statePath, meter: quietMeter }, never);
const fileOf = (statePath: string) => join(statePath, "graph", "graph.db");

const one = symbolIn("a", "one.ts", "one");
const two = symbolIn("a", "two.ts", "two");
const pack = plainNode("a", "package", "npm/x");
const calls = edge(one, "calls", two, "exact", [place("one.ts", 1), place("one.ts", 7)]);

async function fill(graph: GraphStore): Promise<void> {
  await writeGraph(graph, "a", 0, 10, {
    "one.ts": { nodes: [one, pack], edges: [calls, edge(one, "imports", pack)] },
    "two.ts": { nodes: [two, pack], edges: [edge(two, "imports", pack, "possible")] },
  });
}

/** All that a generation shows. */
async function shown(graph: GraphStore, generation: number) {
  const here = at("a", generation);
  const nodes = await graph.search(here, anyNodes, 0, 1_000, never);
  const ids = nodes.map(({ nodeId }) => nodeId);
  return [nodes, await graph.edges(here, ids, anyEdges, never), await graph.count(here[0]!, never)];
}

test("reopened, it answers every generation as before", async () => {
  const state = temporaryState();
  let graph = await open(state.path);
  await fill(graph);
  await writeGraph(graph, "a", 10, 20, { "one.ts": { nodes: [one] }, "é.ts": { nodes: [symbolIn("a", "é.ts", "x")] } });
  const before = [await shown(graph, 10), await shown(graph, 20)];
  await graph.close();
  graph = await open(state.path);
  assert.equal([await shown(graph, 10), await shown(graph, 20)], before);
  await graph.sweep("a", 20, never);
  assert.equal(await shown(graph, 20), before[1]);
  await graph.close();
  graph = await open(state.path);
  assert.equal(await shown(graph, 20), before[1]);
  await graph.close();
  state.remove();
});

test("killed while it writes, it serves the base, and the next run takes the rest back", async () => {
  const state = temporaryState();
  let graph = await open(state.path);
  await fill(graph);
  const before = await shown(graph, 10);
  await graph.close();
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const module = fileURLToPath(new URL(`./graph-crash-child${extension}`, import.meta.url));
  const flags = "deno" in process.versions ? ["run", "-A"] : [];
  const child = spawn(process.execPath, [...flags, module, state.path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
  graph = await open(state.path);
  assert.equal(await shown(graph, 10), before);
  const totals = await writeGraph(graph, "a", 10, 30, {});
  assert.equal(totals, before[2]);
  assert.equal((await shown(graph, 30)).slice(0, 2), before.slice(0, 2));
  await graph.close();
  const db = new Database(fileOf(state.path));
  const left = db.prepare("SELECT count(*) AS rows FROM contributions WHERE born > 10").get() as { rows: number };
  assert.is(left.rows, 0, "nothing is left of what was never served");
  db.close();
  state.remove();
});

test("what a file contributes again unchanged is not written again", async () => {
  const state = temporaryState();
  const graph = await open(state.path);
  await fill(graph);
  await writeGraph(graph, "a", 10, 20, {
    "one.ts": { nodes: [one, pack], edges: [calls, edge(one, "imports", pack)] },
  });
  const writer = await graph.begin("a", 20, 30, never);
  await writer.stage("one.ts", packFacts(noGraphFacts), never);
  await writer.commit(never);
  const again = await graph.begin("a", 30, 40, never);
  await again.stage("one.ts", packFacts(noGraphFacts), never);
  await again.commit(never);
  await graph.close();
  const db = new Database(fileOf(state.path));
  const born = (table: string) => db.prepare(`SELECT born FROM ${table} ORDER BY born`).raw().all().flat();
  assert.equal(born("contributions"), [10, 10]);
  assert.equal(born("facts"), [30]);
  db.close();
  state.remove();
});

test("a file that is no database, or of a newer gateway, is named with the way out", async () => {
  const newer = temporaryState();
  await (await open(newer.path)).close();
  assert.is(checkDatabaseFile(fileOf(newer.path)), "");
  const db = new Database(fileOf(newer.path));
  db.exec("PRAGMA user_version = 99");
  db.close();
  assert.is(await faultOf(() => open(newer.path)), "precondition STATE_TOO_NEW");
  newer.remove();
  const damaged = temporaryState();
  mkdirSync(join(damaged.path, "graph"), { recursive: true });
  writeFileSync(fileOf(damaged.path), Buffer.alloc(20_000, "not a database "));
  assert.is(await faultOf(() => open(damaged.path)), "internal GRAPH_DAMAGED");
  assert.not.equal(checkDatabaseFile(fileOf(damaged.path)), "");
  damaged.remove();
});

test("a file of the first schema opens, and says of every file what it said", async () => {
  const state = temporaryState();
  let graph = await open(state.path);
  const mention = (kind: Mention["kind"], name: string, line: number): Mention => {
    return { kind, name, qualifier: "", from: 0, lines: { start: line, end: line } };
  };
  const base = mention("extends", "Vessel", 2);
  const said: GraphFacts = { ...defines("Ship", "Crew"), mentions: [mention("call", "sail", 1), base] };
  const writer = await graph.begin("a", 0, 10, never);
  await writer.stage("one.ts", packFacts(said), never);
  await writer.stage("none.ts", packFacts(noGraphFacts), never);
  await writer.put("one.ts", { nodes: [one, two], edges: [calls] }, never);
  await writer.commit(never);
  const before = await shown(graph, 10);
  await graph.close();
  firstGraph(fileOf(state.path));
  graph = await open(state.path);
  assert.equal(await shown(graph, 10), before);
  const next = await graph.begin("a", 10, 20, never);
  const facts = await next.facts(["one.ts", "none.ts"], never);
  assert.equal(unpackFacts(facts.get("one.ts")!), said);
  assert.equal(unpackFacts(facts.get("none.ts")!), noGraphFacts);
  const outlines = await next.outlines(["one.ts"], never);
  assert.equal(unpackOutline(outlines.get("one.ts")!), { ...said, mentions: [base] });
  assert.equal(await next.mentioning(["sail"], never), ["one.ts"]);
  assert.equal(await next.defining(["Crew"], never), new Map([["Crew", ["one.ts"]]]));
  await next.commit(never);
  assert.equal((await shown(graph, 20)).slice(0, 2), before.slice(0, 2));
  await graph.close();
  state.remove();
});

test("a graph that can't be read whole answers nothing, says so, and is not written", async () => {
  const state = temporaryState();
  const whole = await open(state.path);
  await fill(whole);
  await whole.close();
  const db = new Database(fileOf(state.path));
  db.exec("UPDATE contributions SET ids = '[' WHERE id = (SELECT max(id) FROM contributions)");
  db.close();
  const told: unknown[] = [];
  const log = { error: (fields: unknown) => told.push(fields) };
  const graph = await openLibsqlGraph({ statePath: state.path, meter: quietMeter, log }, never);
  for (const ask of [
    () => graph.count(at("a", 10)[0]!, never),
    () => graph.search(at("a", 10), anyNodes, 0, 10, never),
    () => graph.begin("a", 10, 20, never),
    () => graph.sweep("a", 10, never),
  ])
    assert.match(await faultOf(ask), /^internal/);
  assert.not.equal(graph.trouble(), "");
  assert.is(told.length, 1);
  await graph.close();
  state.remove();
});

test("it is asked, and closed, while it is being read", async () => {
  const state = temporaryState();
  const filled = await open(state.path);
  await fill(filled);
  const before = await shown(filled, 10);
  await filled.close();
  const asked = await open(state.path);
  assert.equal(await Promise.all([shown(asked, 10), shown(asked, 10)]), [before, before]);
  await asked.close();
  const closed = await open(state.path);
  const late = faultOf(() => closed.count(at("a", 10)[0]!, never));
  await closed.close();
  // Answered or refused, as it was read by then or not; what counts is that nobody waits for ever.
  assert.type(await late, "string");
  state.remove();
});

test.run();
