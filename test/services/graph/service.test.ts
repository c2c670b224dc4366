import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Direction } from "../../../gen/knowledge/v1/graph_service.ts";
import { Confidence, EdgeKind } from "../../../gen/knowledge/v1/types.ts";
import { type GraphNode, nodeId } from "../../../src/domain/graph/mod.ts";
import { edge, place, plainNode, symbolIn } from "../../contract/graph-corpus.ts";
import { anyone, context, faultOf } from "../search/fixture.ts";
import { type Bench, bench, limitedTo } from "./fixture.ts";

const test = suite("GraphService");

const file = (source: string, path: string, artifact_type: string, subsystem = "core") =>
  plainNode(source, "file", path, { attributes: { artifact_type, language: "typescript", subsystem, tags: "x\ny" } });

const at = (node: GraphNode, start: number, end: number): GraphNode => {
  const lines = { start, end };
  return { ...node, lines, symbol: node.symbol && { ...node.symbol, lines } };
};

const core = file("a", "src/core.ts", "code");
const run = at(symbolIn("a", "src/core.ts", "Pool.run"), 10, 20);
const stop = at(symbolIn("a", "src/core.ts", "Pool.stop"), 22, 30);
const pool = at(symbolIn("a", "src/core.ts", "Pool"), 1, 40);
const user = file("a", "src/user.ts", "code", "app");
const use = at(symbolIn("a", "src/user.ts", "use"), 1, 5);
const maybe = at(symbolIn("a", "src/user.ts", "maybe"), 7, 9);
const far = at(symbolIn("a", "src/far.ts", "far"), 1, 3);
const farFile = file("a", "src/far.ts", "code", "app");
const tests = file("a", "test/core.test.ts", "test");
const runs = { ...at(symbolIn("a", "test/core.test.ts", "runs"), 3, 9), attributes: { test: "true" } };
const guide = file("a", "docs/how to.md", "doc");
const section = plainNode("a", "section", "docs/how to.md", {
  nodeId: nodeId("a", "section", "docs/how to.md", "Guide > Pools ~ and #2"),
  name: "Pools ~ and #2",
  path: "docs/how to.md",
  lines: { start: 4, end: 8 },
});
const subsystem = plainNode("a", "subsystem", "core", {
  attributes: { description: "The heart.", criticality: "high", tags: "x\ny", origin: "catalogue" },
});
const app = plainNode("a", "subsystem", "app");
const owner = plainNode("a", "owner", "@team");
const pack = plainNode("a", "package", "npm/left-pad", { name: "left-pad" });
const packB = plainNode("b", "package", "npm/left-pad", { name: "left-pad" });
const other = symbolIn("b", "src/core.ts", "run");
const otherFile = file("b", "src/core.ts", "code");

async function filled(): Promise<Bench> {
  const it = bench();
  await it.index("a", {
    "": {
      nodes: [subsystem, app, owner],
      edges: [edge(subsystem, "owned-by", owner), edge(app, "depends-on", subsystem)],
    },
    "src/core.ts": {
      nodes: [core, pool, run, stop, subsystem, pack],
      edges: [
        edge(subsystem, "contains", core),
        edge(core, "defines", pool),
        edge(pool, "defines", run),
        edge(pool, "defines", stop),
        edge(run, "calls", stop, "exact", [place("src/core.ts", 12)]),
        edge(core, "imports", pack, "exact", [place("src/core.ts", 1)]),
      ],
    },
    "src/user.ts": {
      nodes: [user, use, maybe],
      edges: [
        edge(app, "contains", user),
        edge(user, "defines", use),
        edge(user, "defines", maybe),
        edge(user, "imports", core, "exact", [place("src/user.ts", 1)]),
        edge(use, "calls", run, "exact", [place("src/user.ts", 2), place("src/user.ts", 4)]),
        edge(maybe, "calls", run, "possible", [place("src/user.ts", 8)]),
      ],
    },
    "src/far.ts": {
      nodes: [farFile, far],
      edges: [
        edge(app, "contains", farFile),
        edge(farFile, "defines", far),
        edge(far, "calls", maybe),
        edge(far, "references", use),
      ],
    },
    "test/core.test.ts": {
      nodes: [tests, runs],
      edges: [
        edge(subsystem, "contains", tests),
        edge(tests, "defines", runs),
        edge(runs, "calls", run),
        edge(tests, "tests", core),
      ],
    },
    "docs/how to.md": {
      nodes: [guide, section],
      edges: [edge(subsystem, "contains", guide), edge(guide, "defines", section), edge(section, "documents", pool)],
    },
  });
  await it.index("b", {
    "src/core.ts": {
      nodes: [otherFile, other, packB],
      edges: [edge(otherFile, "defines", other), edge(otherFile, "imports", packB)],
    },
  });
  return it;
}

const runId = "symbol:a/src/core.ts#Pool.run";
const packId = "package:npm/left-pad";

test("a node comes with its place, its symbol, how many edges it has, its neighbours, and the revision", async () => {
  const it = await filled();
  const answer = await it.getNode({ nodeId: runId });
  assert.is(answer.node?.nodeId, runId);
  assert.is(answer.node?.name, "run");
  assert.equal(answer.node?.lines, { start: 10, end: 20 });
  assert.is(answer.node?.symbol?.qualifiedName, "Pool.run");
  assert.is(answer.node?.artifact?.path, "src/core.ts");
  assert.is(answer.node?.artifact?.subsystem, "core");
  assert.equal(answer.node?.artifact?.tags, ["x", "y"]);
  assert.equal(answer.degrees, [
    { kind: EdgeKind.EDGE_KIND_DEFINES, outgoing: 0, incoming: 1 },
    { kind: EdgeKind.EDGE_KIND_CALLS, outgoing: 1, incoming: 3 },
  ]);
  assert.equal(
    answer.neighbourhood?.edges.map(({ from, to }) => (from === runId ? to : from)),
    [
      "symbol:a/src/core.ts#Pool",
      "symbol:a/src/core.ts#Pool.stop",
      "symbol:a/src/user.ts#use",
      "symbol:a/test/core.test.ts#runs",
      "symbol:a/src/user.ts#maybe",
    ],
  );
  assert.equal(answer.neighbourhood?.edges[2]?.evidence, [
    { source: "a", path: "src/user.ts", lines: { start: 2, end: 2 } },
    { source: "a", path: "src/user.ts", lines: { start: 4, end: 4 } },
  ]);
  assert.is(answer.neighbourhood?.nodes.length, 5);
  assert.equal(
    answer.revisions.map(({ source, commit }) => [source, commit]),
    [
      ["a", "c0ffee"],
      ["b", "c0ffee"],
    ],
  );
  const calls = await it.getNode({
    nodeId: runId,
    direction: Direction.DIRECTION_INCOMING,
    edgeKinds: [EdgeKind.EDGE_KIND_CALLS],
  });
  assert.is(calls.neighbourhood?.edges.length, 3);
});

test("a neighbourhood is paged without loss, in one generation", async () => {
  const it = await filled();
  const all = (await it.getNode({ nodeId: runId })).neighbourhood!.edges;
  const paged: unknown[] = [];
  let pageToken = "";
  for (let page = 0; page < 9; page++) {
    const answer = await it.getNode({ nodeId: runId, pageSize: 2, pageToken });
    paged.push(...answer.neighbourhood!.edges);
    assert.is(answer.neighbourhood?.truncated, answer.nextPageToken !== "");
    pageToken = answer.nextPageToken;
    if (pageToken === "") break;
    if (page === 0) {
      it.clock.advance(1_000);
      await it.index("a", { "src/user.ts": { nodes: [user], edges: [] } });
    }
  }
  assert.equal(paged, all);
  assert.is((await it.getNode({ nodeId: runId })).neighbourhood?.edges.length, 3);
});

test("page tokens belong to their request, method and principal, and end with their generation's grace", async () => {
  const it = await filled();
  const { nextPageToken: pageToken } = await it.getNode({ nodeId: runId, pageSize: 1 });
  assert.ok(pageToken);
  const refusals = [
    () => it.getNode({ nodeId: packId, pageSize: 1, pageToken }),
    () => it.getNode({ nodeId: runId, pageToken, edgeKinds: [EdgeKind.EDGE_KIND_CALLS] }),
    () => it.searchNodes({ pageToken }),
    () => it.getNode({ nodeId: runId, pageToken }, limitedTo("a")),
    () => it.getNode({ nodeId: runId, pageToken: `${pageToken}A` }),
    () => it.getNode({ nodeId: runId, pageToken: "'; --" }),
  ];
  for (const refusal of refusals) assert.is((await faultOf(refusal())).field, "page_token");
  it.clock.advance(1_000);
  await it.index("a", {});
  it.clock.advance(3_600_000);
  await it.ports.state.revisions.expire(it.clock.now(), new AbortController().signal);
  assert.is((await faultOf(it.getNode({ nodeId: runId, pageSize: 1, pageToken }))).reason, "GENERATION_EXPIRED");
});

test("nodes are found by the beginnings of words, each once though several sources have it", async () => {
  const it = await filled();
  const ids = async (request: object, ...who: [ReturnType<typeof limitedTo>?]) =>
    (await it.searchNodes(request, ...who)).nodes.map((node) => node.nodeId);
  assert.equal(await ids({ query: "run" }), [runId, "symbol:b/src/core.ts#run", "symbol:a/test/core.test.ts#runs"]);
  assert.equal(await ids({ query: "left pad" }), [packId]);
  assert.equal(await ids({ query: "pool", kinds: [8] }), [
    "section:a/docs/how%20to.md#Guide%20>%20Pools%20%7E%20and%20%232",
  ]);
  assert.equal(await ids({ query: "pool", kinds: [8], sources: ["b"] }), []);
  assert.equal(await ids({ query: "left" }, limitedTo("b")), [packId]);
  assert.equal(
    (await it.searchNodes({ query: "left" }, limitedTo("b"))).revisions.map(({ source }) => source),
    ["b"],
  );
  const whole = await ids({});
  const paged: string[] = [];
  for (let pageToken = "", more = true; more; more = pageToken !== "") {
    const page = await it.searchNodes({ pageSize: 3, pageToken });
    paged.push(...page.nodes.map((node) => node.nodeId));
    pageToken = page.nextPageToken;
  }
  assert.equal(paged, whole);
  assert.is(new Set(paged).size, paged.length);
});

test("an id with spaces and signs is given and taken in one form", async () => {
  const it = await filled();
  const [found] = (await it.searchNodes({ query: "pools" })).nodes;
  const answer = await it.getNode({ nodeId: found!.nodeId });
  assert.is(answer.node?.name, "Pools ~ and #2");
  assert.equal(
    answer.neighbourhood?.edges.map(({ to }) => to),
    [found!.nodeId, "symbol:a/src/core.ts#Pool"],
  );
  assert.is((await it.getNode({ nodeId: "file:a/docs/how%20to.md" })).node?.name, "how to.md");
});

test("what spans sources is the union of what each says, over those that the token may see", async () => {
  const it = await filled();
  const importers = async (...who: [ReturnType<typeof limitedTo>?]) => {
    const { neighbourhood, degrees } = await it.getNode({ nodeId: packId }, ...who);
    return [neighbourhood?.edges.map(({ from }) => from), degrees[0]?.incoming];
  };
  assert.equal(await importers(), [["file:a/src/core.ts", "file:b/src/core.ts"], 2]);
  assert.equal(await importers(limitedTo("b")), [["file:b/src/core.ts"], 1]);
  const { path } = await it.findPath({ from: "file:a/src/core.ts", to: "file:b/src/core.ts" });
  assert.equal(
    path?.nodes.map((node) => node.nodeId),
    ["file:a/src/core.ts", packId, "file:b/src/core.ts"],
  );
  const { dependents } = await it.analyzeImpact({ target: { $case: "nodeId", value: packId }, maxDepth: 1 });
  assert.equal(
    dependents.map(({ node }) => node?.nodeId),
    ["file:a/src/core.ts", "file:b/src/core.ts"],
  );
});

test("a token limited to sources is told of others' nodes as of nodes that are not there", async () => {
  const it = await filled();
  const limited = limitedTo("b");
  const missing = "symbol:a/src/core.ts#Pool.nothing";
  for (const ask of [
    (id: string) => it.getNode({ nodeId: id }, limited),
    (id: string) => it.traverse({ nodeIds: [id] }, limited),
    (id: string) => it.findPath({ from: id, to: packId }, limited),
    (id: string) => it.findPath({ from: packId, to: id }, limited),
    (id: string) => it.analyzeImpact({ target: { $case: "nodeId", value: id } }, limited),
  ]) {
    const [hidden, none] = [await faultOf(ask(runId)), await faultOf(ask(missing))];
    assert.equal([hidden.code, hidden.reason], ["not-found", "NODE_NOT_FOUND"]);
    assert.is(hidden.message.replace(runId, "X"), none.message.replace(missing, "X"));
  }
  const named = [
    () => it.searchNodes({ sources: ["a"] }, limited),
    () => it.listSubsystems({ sources: ["a"] }, limited),
    () => it.getSubsystem({ source: "a", name: "core" }, limited),
    () => it.listOrphans({ sources: ["a"] }, limited),
    () => it.getNode({ nodeId: packId, minGeneration: { a: 1 } }, limited),
    () => it.analyzeImpact({ target: { $case: "location", value: { source: "a", path: "src/core.ts" } } }, limited),
  ];
  for (const refusal of named) assert.is((await faultOf(refusal())).reason, "SOURCE_NOT_FOUND");
  assert.equal((await it.listSubsystems({}, limited)).subsystems, []);
});

test("a generation that is not served yet is demanded in vain, and says so", async () => {
  const it = await filled();
  const fault = await faultOf(it.getNode({ nodeId: runId, minGeneration: { a: Number.MAX_SAFE_INTEGER } }));
  assert.equal([fault.code, fault.reason], ["precondition", "GENERATION_NOT_SERVED"]);
  assert.equal(
    await faultOf(it.searchNodes({ minGeneration: { empty: 1 } })).then(({ reason }) => reason),
    "GENERATION_NOT_SERVED",
  );
  assert.equal((await it.searchNodes({ sources: ["empty"] })).nodes, []);
});

test("a walk goes level by level, by kinds and directions, and says when it was cut", async () => {
  const it = await filled();
  const ids = async (request: object) => (await it.traverse(request)).subgraph?.nodes.map((node) => node.nodeId);
  assert.equal(await ids({ nodeIds: [runId], direction: Direction.DIRECTION_OUTGOING }), [
    runId,
    "symbol:a/src/core.ts#Pool.stop",
  ]);
  const callers = { nodeIds: [runId], direction: Direction.DIRECTION_INCOMING, edgeKinds: [EdgeKind.EDGE_KIND_CALLS] };
  assert.is((await ids(callers))?.length, 4);
  assert.equal((await ids({ ...callers, maxDepth: 2 }))?.at(-1), "symbol:a/src/far.ts#far");
  const cut = await it.traverse({ ...callers, maxNodes: 2 });
  assert.is(cut.subgraph?.truncated, true);
  assert.is(cut.subgraph?.nodes.length, 2);
  assert.is(cut.subgraph?.edges.length, 1);
  assert.is((await it.traverse(callers)).subgraph?.truncated, false);
  assert.equal(await ids({ nodeIds: ["file:a/src/core.ts"], nodeKinds: [7] }), ["file:a/src/core.ts", packId]);
});

test("a path is told in order, with its edges; no path is an empty one", async () => {
  const it = await filled();
  const farId = "symbol:a/src/far.ts#far";
  const { path } = await it.findPath({
    from: farId,
    to: "symbol:a/src/core.ts#Pool.stop",
    direction: Direction.DIRECTION_OUTGOING,
  });
  assert.equal(
    path?.nodes.map((node) => node.nodeId),
    [farId, "symbol:a/src/user.ts#maybe", runId, "symbol:a/src/core.ts#Pool.stop"],
  );
  assert.is(path?.edges.length, 3);
  assert.equal(path?.edges[2]?.evidence, [{ source: "a", path: "src/core.ts", lines: { start: 12, end: 12 } }]);
  const back = await it.findPath({
    from: "symbol:a/src/core.ts#Pool.stop",
    to: farId,
    direction: Direction.DIRECTION_OUTGOING,
  });
  assert.equal(back.path, { nodes: [], edges: [], truncated: false });
  const incoming = await it.findPath({
    from: "symbol:a/src/core.ts#Pool.stop",
    to: farId,
    direction: Direction.DIRECTION_INCOMING,
  });
  assert.is(incoming.path?.edges.length, 3);
  assert.equal((await it.findPath({ from: farId, to: runId, direction: 1, maxDepth: 1 })).path?.nodes, []);
  assert.equal(
    (await it.findPath({ from: runId, to: runId })).path?.nodes.map((node) => node.nodeId),
    [runId],
  );
});

test("impact goes back over uses, tells exact from possible, tests apart, and subsystems touched", async () => {
  const it = await filled();
  const answer = await it.analyzeImpact({ target: { $case: "nodeId", value: runId } });
  assert.equal(
    answer.targets.map((node) => node.nodeId),
    [runId],
  );
  assert.equal(
    answer.dependents.map(({ node, distance, confidence, via }) => [node?.nodeId, distance, confidence, via?.to]),
    [
      ["symbol:a/src/user.ts#use", 1, Confidence.CONFIDENCE_EXACT, runId],
      ["symbol:a/src/user.ts#maybe", 1, Confidence.CONFIDENCE_POSSIBLE, runId],
      ["symbol:a/src/far.ts#far", 2, Confidence.CONFIDENCE_EXACT, "symbol:a/src/user.ts#use"],
    ],
  );
  assert.is(answer.dependents[0]?.via?.evidence.length, 2);
  assert.equal(
    answer.tests.map((node) => node.nodeId),
    ["symbol:a/test/core.test.ts#runs"],
  );
  assert.equal(answer.subsystems, ["subsystem:a/app", "subsystem:a/core"]);
  assert.is(answer.truncated, false);
  const exact = await it.analyzeImpact({ target: { $case: "nodeId", value: runId }, exactOnly: true });
  assert.is(exact.dependents.length, 2);
  const first = await it.analyzeImpact({ target: { $case: "nodeId", value: runId }, pageSize: 2 });
  const second = await it.analyzeImpact({
    target: { $case: "nodeId", value: runId },
    pageSize: 2,
    pageToken: first.nextPageToken,
  });
  assert.equal([...first.dependents, ...second.dependents], answer.dependents);
  assert.is(second.nextPageToken, "");
});

test("impact of a place is that of what stands there, of a whole file that of all in it", async () => {
  const it = await filled();
  const at = async (value: object) =>
    await it.analyzeImpact({ target: { $case: "location", value: { source: "a", ...value } } });
  const lines = await at({ path: "src/core.ts", lines: { start: 25, end: 26 } });
  assert.equal(
    lines.targets.map((node) => node.nodeId),
    ["symbol:a/src/core.ts#Pool", "symbol:a/src/core.ts#Pool.stop"],
  );
  const outside = await at({ path: "src/core.ts", lines: { start: 90, end: 99 } });
  assert.equal(
    outside.targets.map((node) => node.nodeId),
    ["file:a/src/core.ts"],
  );
  const whole = await at({ path: "src/core.ts" });
  assert.is(whole.targets.length, 4);
  const found = whole.dependents.map(({ node }) => node?.nodeId);
  for (const id of [
    "file:a/src/user.ts",
    "symbol:a/src/user.ts#use",
    "section:a/docs/how%20to.md#Guide%20>%20Pools%20%7E%20and%20%232",
  ])
    assert.ok(found.includes(id), id);
  assert.equal(
    whole.tests.map((node) => node.nodeId),
    ["file:a/test/core.test.ts", "symbol:a/test/core.test.ts#runs"],
  );
  assert.is((await faultOf(at({ path: "src/none.ts" }))).reason, "ARTIFACT_NOT_FOUND");
  assert.is((await faultOf(at({ path: "x", lines: { start: 3, end: 2 } }))).field, "location.lines");
});

test("subsystems come with what they hold, who owns them, and what they depend on", async () => {
  const it = await filled();
  const { subsystems } = await it.listSubsystems({});
  assert.equal(subsystems, [
    { source: "a", name: "app", description: "", criticality: "", owners: [], tags: [], files: 2, tests: 0, docs: 0 },
    {
      source: "a",
      name: "core",
      description: "The heart.",
      criticality: "high",
      owners: ["@team"],
      tags: ["x", "y"],
      files: 3,
      tests: 1,
      docs: 1,
    },
  ]);
  const first = await it.listSubsystems({ pageSize: 1 });
  assert.equal(
    (await it.listSubsystems({ pageSize: 1, pageToken: first.nextPageToken })).subsystems,
    subsystems.slice(1),
  );
  const answer = await it.getSubsystem({ source: "a", name: "core", pageSize: 2 });
  assert.equal(answer.subsystem, subsystems[1]);
  assert.equal([answer.dependencies, answer.dependents], [[], ["subsystem:a/app"]]);
  assert.equal(
    answer.members.map((node) => node.nodeId),
    ["file:a/docs/how%20to.md", "file:a/src/core.ts"],
  );
  assert.is(answer.revision?.source, "a");
  const rest = await it.getSubsystem({ source: "a", name: "core", pageSize: 2, pageToken: answer.nextPageToken });
  assert.equal(
    rest.members.map((node) => node.nodeId),
    ["file:a/test/core.test.ts"],
  );
  assert.is((await faultOf(it.getSubsystem({ source: "a", name: "nothing" }))).reason, "SUBSYSTEM_NOT_FOUND");
});

test("orphans are what nothing uses, tests apart", async () => {
  const it = await filled();
  const ids = async (request: object) => (await it.listOrphans(request)).nodes.map((node) => node.nodeId);
  assert.equal(await ids({ kind: 4, sources: ["a"] }), ["symbol:a/src/far.ts#far"]);
  assert.equal(await ids({ kind: 3 }), [
    "file:a/src/far.ts",
    "file:a/src/user.ts",
    "file:b/src/core.ts",
    "file:a/docs/how%20to.md",
  ]);
  assert.equal(await ids({ kind: 8 }), ["section:a/docs/how%20to.md#Guide%20>%20Pools%20%7E%20and%20%232"]);
  assert.is((await ids({})).length, 7);
});

test("hostile requests are refused by field, or find nothing", async () => {
  const it = await filled();
  const long = "x".repeat(9_000);
  const refusals: [string, () => Promise<unknown>][] = [
    ["node_id", () => it.getNode({})],
    ["node_id", () => it.getNode({ nodeId: long })],
    ["direction", () => it.getNode({ nodeId: runId, direction: 9 })],
    ["edge_kinds", () => it.getNode({ nodeId: runId, edgeKinds: [0] })],
    ["edge_kinds", () => it.getNode({ nodeId: runId, edgeKinds: [13] })],
    ["edge_kinds", () => it.getNode({ nodeId: runId, edgeKinds: Array.from({ length: 300 }, () => 1) })],
    ["page_size", () => it.getNode({ nodeId: runId, pageSize: -1 })],
    ["query", () => it.searchNodes({ query: long })],
    ["query", () => it.searchNodes({ query: "a ".repeat(20) })],
    ["kinds", () => it.searchNodes({ kinds: [10] })],
    ["sources", () => it.searchNodes({ sources: [""] })],
    ["node_ids", () => it.traverse({})],
    ["node_ids", () => it.traverse({ nodeIds: Array.from({ length: 101 }, () => runId) })],
    ["node_ids", () => it.traverse({ nodeIds: [""] })],
    ["node_kinds", () => it.traverse({ nodeIds: [runId], nodeKinds: [-1] })],
    ["max_depth", () => it.traverse({ nodeIds: [runId], maxDepth: 7 })],
    ["max_nodes", () => it.traverse({ nodeIds: [runId], maxNodes: 1_001 })],
    ["from", () => it.findPath({ to: runId })],
    ["to", () => it.findPath({ from: runId })],
    ["max_depth", () => it.findPath({ from: runId, to: runId, maxDepth: 13 })],
    ["target", () => it.analyzeImpact({})],
    ["node_id", () => it.analyzeImpact({ target: { $case: "nodeId", value: "" } })],
    ["location.source", () => it.analyzeImpact({ target: { $case: "location", value: { path: "x" } } })],
    ["location.path", () => it.analyzeImpact({ target: { $case: "location", value: { source: "a" } } })],
    ["max_depth", () => it.analyzeImpact({ target: { $case: "nodeId", value: runId }, maxDepth: 7 })],
    ["name", () => it.getSubsystem({ source: "a" })],
    ["source", () => it.getSubsystem({ name: "core" })],
    ["kind", () => it.listOrphans({ kind: 77 })],
  ];
  for (const [field, refusal] of refusals) {
    const fault = await faultOf(refusal());
    assert.equal([fault.code, fault.field], ["invalid", field]);
  }
  const none = [
    "symbol:a/%",
    "symbol:a/%zz#x",
    "symbol:",
    ":",
    "a:symbol:src/core.ts#Pool.run",
    "source:a/b",
    "constructor:x",
    "symbol:a/../../etc/passwd",
    "package:\u0000",
    "file:A/src/core.ts",
  ];
  for (const nodeId of none) assert.is((await faultOf(it.getNode({ nodeId }))).reason, "NODE_NOT_FOUND", nodeId);
  assert.equal((await it.searchNodes({ query: '* OR 1=1 "' })).nodes, []);
});

test("free Cypher says what it needs", async () => {
  const it = await filled();
  const handler = it.handlers.queryCypher as (request: object, call: object) => Promise<unknown>;
  const fault = await faultOf(handler({}, context(anyone)));
  assert.is(fault.code, "unimplemented");
  assert.match(fault.message, /Neo4j/);
});

test("every question is measured, whatever becomes of it", async () => {
  const it = await filled();
  await it.traverse({ nodeIds: [runId] });
  await faultOf(it.findPath({}));
  assert.ok(it.seen.includes('km_graph_duration_seconds{"method":"knowledge.v1.GraphService/Traverse"}'));
  assert.ok(it.seen.includes('km_graph_duration_seconds{"method":"knowledge.v1.GraphService/FindPath"}'));
});

test.run();
