import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memoryGraphStore } from "../../src/adapters/memory/mod.ts";
import {
  confidences,
  edgeKinds,
  type GraphFacts,
  nodeKinds,
  noGraphFacts,
  outlineOf,
  packFacts,
} from "../../src/domain/graph/mod.ts";
import { type At, alive, Fault, type FaultCode } from "../../src/domain/mod.ts";
import type { EdgeQuery, GraphStore, NodeQuery } from "../../src/ports/mod.ts";
import {
  anyEdges,
  anyNodes,
  at,
  defines,
  dice,
  edge,
  never,
  place,
  plainNode,
  randomContribution,
  symbolIn,
  writeGraph,
} from "./graph-corpus.ts";

async function refused(code: FaultCode, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    assert.instance(error, Fault);
    assert.is((error as Fault).code, code);
    return;
  }
  assert.unreachable(`expected a Fault ${code}`);
}

const one = symbolIn("a", "src/one.ts", "one");
const two = symbolIn("a", "src/two.ts", "two");
const three = symbolIn("a", "src/three.ts", "Box.three");

/** What every graph store does. `open` gives an empty one; the suite closes it. */
export function graphStoreContract(name: string, open: () => Promise<GraphStore>): void {
  const test = suite(`graph store: ${name}`);
  const during = async (work: (store: GraphStore) => Promise<void>) => {
    const store = await open();
    try {
      await store.ready(never);
      await work(store);
    } finally {
      await store.close();
    }
  };
  const found = async (store: GraphStore, generation: number, query: Partial<NodeQuery>) =>
    (await store.search(at("a", generation), { ...anyNodes, ...query }, 0, 100, never)).map(({ nodeId }) => nodeId);
  const edgesOf = (store: GraphStore, generation: number, id: string, query: Partial<EdgeQuery> = {}) =>
    store.edges(at("a", generation), [id], { ...anyEdges, ...query }, never);

  test("shows a generation once it is committed, and to no earlier one", () =>
    during(async (store) => {
      const writer = await store.begin("a", 0, 10, never);
      await writer.put("src/one.ts", { nodes: [one, two], edges: [edge(one, "calls", two)] }, never);
      assert.equal(await store.nodes(at("a", 10), [one.nodeId], never), []);
      assert.equal(await writer.commit(never), { nodes: 2, edges: 1 });
      assert.equal(await store.nodes(at("a", 10), [two.nodeId, one.nodeId], never), [two, one]);
      assert.equal(await edgesOf(store, 10, one.nodeId), [edge(one, "calls", two)]);
      assert.equal(await store.nodes(at("a", 9), [one.nodeId], never), []);
      assert.equal(await edgesOf(store, 9, one.nodeId), []);
      assert.equal(await store.degrees(at("a", 9), one.nodeId, never), []);
      assert.equal(await store.count({ source: "a", generation: 10 }, never), { nodes: 2, edges: 1 });
      assert.equal(await store.count({ source: "a", generation: 9 }, never), { nodes: 0, edges: 0 });
      assert.equal(await store.count({ source: "b", generation: 9 }, never), { nodes: 0, edges: 0 });
    }));

  test("gives nodes back as they were put", () =>
    during(async (store) => {
      const odd = {
        ...symbolIn("a", "src/ünï/файл 😀.ts", "Class.\u0000 'method\"; --"),
        attributes: { test: "true", ключ: "日本語\n\u2028", constructor: "__proto__" },
      };
      const file = plainNode("a", "file", "src/ünï/файл 😀.ts", { lines: { start: 1, end: 99 } });
      const evidence = [place("src/ünï/файл 😀.ts", 3, 4)];
      await writeGraph(store, "a", 0, 1, {
        [odd.path]: { nodes: [odd, file], edges: [edge(file, "defines", odd, "exact", evidence)] },
      });
      assert.equal(await store.nodes(at("a", 1), [file.nodeId, odd.nodeId], never), [file, odd]);
      assert.equal(await edgesOf(store, 1, odd.nodeId), [edge(file, "defines", odd, "exact", evidence)]);
      assert.equal(await store.nodes(at("a", 1), ["a:symbol:nowhere", "", "'; --", ":", "b:file:x"], never), []);
    }));

  test("replaces what a file contributed, exactly", () =>
    during(async (store) => {
      const before = { nodes: [one], edges: [edge(one, "calls", two), edge(one, "calls", three)] };
      await writeGraph(store, "a", 0, 1, { "src/one.ts": before, "src/two.ts": { nodes: [two, three] } });
      const totals = await writeGraph(store, "a", 1, 2, {
        "src/one.ts": { nodes: [{ ...one, lines: { start: 7, end: 8 } }], edges: [edge(one, "references", two)] },
      });
      assert.equal(totals, { nodes: 3, edges: 1 });
      assert.equal(await edgesOf(store, 2, one.nodeId), [edge(one, "references", two)]);
      assert.equal((await store.nodes(at("a", 2), [one.nodeId], never))[0]?.lines, { start: 7, end: 8 });
      assert.equal(await edgesOf(store, 1, one.nodeId), [edge(one, "calls", three), edge(one, "calls", two)]);
      assert.equal((await store.nodes(at("a", 1), [one.nodeId], never))[0]?.lines, { start: 1, end: 2 });
      assert.equal(await edgesOf(store, 2, three.nodeId), []);
      await writeGraph(store, "a", 2, 3, {}, ["src/one.ts"]);
      assert.equal(await store.nodes(at("a", 3), [one.nodeId, two.nodeId], never), [two]);
      assert.equal(await edgesOf(store, 3, two.nodeId), []);
      assert.equal(await edgesOf(store, 2, two.nodeId), [edge(one, "references", two)]);
    }));

  test("shows an edge only where both of its ends are", () =>
    during(async (store) => {
      await writeGraph(store, "a", 0, 1, { "src/one.ts": { nodes: [one], edges: [edge(one, "calls", two)] } });
      assert.equal(await edgesOf(store, 1, one.nodeId), []);
      assert.equal(await edgesOf(store, 1, two.nodeId), []);
      assert.equal(await store.degrees(at("a", 1), one.nodeId, never), []);
      assert.equal(await store.count({ source: "a", generation: 1 }, never), { nodes: 1, edges: 0 });
      assert.equal(await writeGraph(store, "a", 1, 2, { "src/two.ts": { nodes: [two] } }), { nodes: 2, edges: 1 });
      assert.equal(await edgesOf(store, 2, two.nodeId), [edge(one, "calls", two)]);
      assert.equal(await writeGraph(store, "a", 2, 3, { "src/two.ts": {} }), { nodes: 1, edges: 0 });
      assert.equal(await edgesOf(store, 3, one.nodeId), []);
      assert.equal(await edgesOf(store, 2, one.nodeId), [edge(one, "calls", two)]);
    }));

  test("unites what several files say: exact if one is, evidence by path and line, five at most", () =>
    during(async (store) => {
      const says = (path: string, lines: number[], confidence: "exact" | "possible") => ({
        nodes: [one, two],
        edges: [
          edge(
            one,
            "calls",
            two,
            confidence,
            lines.map((line) => place(path, line)),
          ),
        ],
      });
      await writeGraph(store, "a", 0, 1, {
        "z.ts": says("z.ts", [3, 1, 1], "possible"),
        "b.ts": says("b.ts", [9, 2], "exact"),
        "": says("", [], "possible"),
        "a.ts": says("a.ts", [5], "possible"),
      });
      const evidence = [place("a.ts", 5), place("b.ts", 2), place("b.ts", 9), place("z.ts", 1), place("z.ts", 3)];
      assert.equal(await edgesOf(store, 1, two.nodeId), [edge(one, "calls", two, "exact", evidence)]);
      assert.equal(await store.count({ source: "a", generation: 1 }, never), { nodes: 2, edges: 1 });
      await writeGraph(store, "a", 1, 2, { "c.ts": says("c.ts", [1, 2, 3, 4, 5, 6], "possible") }, ["b.ts"]);
      const now = [place("a.ts", 5), place("c.ts", 1), place("c.ts", 2), place("c.ts", 3), place("c.ts", 4)];
      assert.equal(await edgesOf(store, 2, two.nodeId), [edge(one, "calls", two, "possible", now)]);
      const [bare] = await edgesOf(store, 2, two.nodeId, { evidence: false });
      assert.equal({ ...bare, evidence: [] }, edge(one, "calls", two, "possible"));
    }));

  test("keeps a node until the last file lets go, as the first file by path has it", () =>
    during(async (store) => {
      const from = (version: string) => ({
        nodes: [plainNode("a", "package", "npm/left-pad", { attributes: { version } })],
      });
      const id = "a:package:npm/left-pad";
      const version = async (generation: number) =>
        (await store.nodes(at("a", generation), [id], never)).map(({ attributes }) => attributes["version"]);
      await writeGraph(store, "a", 0, 1, { "z/package.json": from("3"), "b/package.json": from("2") });
      await writeGraph(store, "a", 1, 2, { "a/package.json": from("1") });
      await writeGraph(store, "a", 2, 3, {}, ["a/package.json", "b/package.json"]);
      await writeGraph(store, "a", 3, 4, {}, ["z/package.json"]);
      for (const [generation, expected] of [
        [1, ["2"]],
        [2, ["1"]],
        [3, ["3"]],
        [4, []],
      ] as const)
        assert.equal(await version(generation), expected, `generation ${generation}`);
    }));

  test("orders a node's edges by kind, exact first, by the other end; limits and pages them", () =>
    during(async (store) => {
      const others = ["é", "b", "a", "😀", "\ufb01", "Z"].map((name) => symbolIn("a", "o.ts", name));
      const edges = [
        ...others.map((other, i) => edge(one, "calls", other, i % 2 === 0 ? "possible" : "exact")),
        edge(others[0]!, "imports", one),
        edge(one, "contains", others[1]!),
        edge(others[2]!, "calls", one, "possible"),
        edge(one, "calls", one),
      ];
      await writeGraph(store, "a", 0, 1, { "o.ts": { nodes: [one, ...others], edges } });
      const all = await edgesOf(store, 1, one.nodeId);
      const seen = all.map(
        ({ kind, confidence, from, to }) =>
          `${kind} ${confidence} ${from === one.nodeId ? "→" : "←"}${(from === one.nodeId ? to : from).split("#")[1]}`,
      );
      assert.equal(seen, [
        "contains exact →b",
        "imports exact ←é",
        "calls exact →Z",
        "calls exact →b",
        "calls exact →😀",
        "calls exact →one",
        "calls possible →a",
        "calls possible ←a",
        "calls possible →é",
        "calls possible →\ufb01",
      ]);
      for (let offset = 0; offset < 12; offset += 3)
        assert.equal(await edgesOf(store, 1, one.nodeId, { offset, limitPerNode: 3 }), all.slice(offset, offset + 3));
      const kinds = (await edgesOf(store, 1, one.nodeId, { direction: "incoming" })).map(({ kind }) => kind);
      assert.equal(kinds, ["imports", "calls", "calls"]);
      assert.is((await edgesOf(store, 1, one.nodeId, { direction: "outgoing", kinds: ["calls"] })).length, 7);
      assert.is((await edgesOf(store, 1, one.nodeId, { confidences: ["possible"] })).length, 4);
      assert.equal(await store.degrees(at("a", 1), one.nodeId, never), [
        { kind: "contains", outgoing: 1, incoming: 0 },
        { kind: "imports", outgoing: 0, incoming: 1 },
        { kind: "calls", outgoing: 7, incoming: 2 },
      ]);
      const both = await store.edges(
        at("a", 1),
        [others[1]!.nodeId, one.nodeId, others[1]!.nodeId],
        { ...anyEdges, limitPerNode: 1 },
        never,
      );
      assert.equal(both, [edge(one, "contains", others[1]!)], "an edge that two nodes share comes once");
    }));

  test("gives nodes with their files, and a node with all that is around it, in one call", () =>
    during(async (store) => {
      const file = plainNode("a", "file", "src/one.ts");
      const other = plainNode("a", "file", "src/two.ts");
      const pack = plainNode("a", "package", "npm/x");
      const edges = [
        edge(file, "defines", one),
        edge(one, "calls", two, "exact", [place("src/one.ts", 3)]),
        edge(two, "calls", one),
        edge(one, "depends-on", pack),
        edge(one, "references", one),
      ];
      await writeGraph(store, "a", 0, 1, {
        "src/one.ts": { nodes: [file, one, pack], edges },
        "src/two.ts": { nodes: [other, two, three] },
      });
      await writeGraph(store, "a", 1, 2, { "src/two.ts": { nodes: [two] } });
      const placed = (ids: readonly string[], generation = 1) => store.placed(at("a", generation), ids, never);
      assert.equal(await placed([two.nodeId, one.nodeId, pack.nodeId, "a:file:none", two.nodeId]), {
        nodes: [two, one, pack],
        files: [other, file],
      });
      assert.equal(await placed([one.nodeId, file.nodeId]), { nodes: [one, file], files: [] });
      assert.equal(await placed([two.nodeId], 2), { nodes: [two], files: [] });
      assert.equal(await placed([]), { nodes: [], files: [] });
      const around = (query: Partial<EdgeQuery>, id = one.nodeId) =>
        store.neighbourhood(at("a", 1), id, { ...anyEdges, ...query }, never);
      const all = await around({});
      assert.equal(all, {
        node: one,
        degrees: await store.degrees(at("a", 1), one.nodeId, never),
        edges: await edgesOf(store, 1, one.nodeId),
        nodes: [file, two, pack],
        files: [other],
      });
      assert.is(all.edges.length, 5);
      const called = await around({ direction: "outgoing", kinds: ["calls"] });
      assert.equal([called.nodes, called.files, called.degrees], [[two], [file, other], all.degrees]);
      assert.equal((await around({ offset: 1, limitPerNode: 1 })).edges, all.edges.slice(1, 2));
      const nothing = { node: undefined, degrees: [], edges: [], nodes: [], files: [] };
      assert.equal(await around({}, "a:symbol:nowhere"), nothing);
      assert.equal(await around({}, "b:symbol:x"), nothing);
      await refused("invalid", () => around({ limitPerNode: 0 }));
    }));

  test("counts who uses and who tests a node, exactly up to a bound, itself left out", () =>
    during(async (store) => {
      const callers = Array.from({ length: 40 }, (_, i) => symbolIn("a", "src/many.ts", `m${i}`));
      const edges = [
        edge(one, "calls", two),
        edge(one, "references", two),
        edge(two, "calls", two),
        edge(three, "calls", two, "possible"),
        edge(three, "documents", two),
        edge(one, "tests", two),
        edge(three, "tests", two, "possible"),
      ];
      const hub = callers.map((caller) => edge(caller, "calls", one));
      await writeGraph(store, "a", 0, 1, {
        "src/one.ts": { nodes: [one, two, three], edges },
        // Says again what another file says, and of one call for sure what that one only supposes.
        "src/two.ts": { edges: [edge(one, "calls", two), edge(three, "calls", two)] },
        "src/many.ts": { nodes: callers, edges: hub },
      });
      await writeGraph(store, "a", 1, 2, { "src/many.ts": {} });
      const usage = (generation: number, ...ids: string[]) => store.usage(at("a", generation), ids, never);
      const [many, some, none] = [
        { users: 32, tests: 0 },
        { users: 3, tests: 2 },
        { users: 0, tests: 0 },
      ];
      const asked = [two.nodeId, "a:symbol:nowhere", one.nodeId, "b:symbol:x", two.nodeId];
      assert.equal(await usage(1, ...asked), [some, none, many, none, some]);
      assert.equal(await usage(2, one.nodeId, callers[0]!.nodeId), [none, none]);
      assert.equal(await usage(1), []);
    }));

  test("finds nodes by the beginnings of words, by kind, by path, and what nothing uses", () =>
    during(async (store) => {
      const nodes = [
        symbolIn("a", "src/getNode.ts", "GraphStore.getNode"),
        symbolIn("a", "src/other.ts", "get_node_count"),
        symbolIn("a", "src/other.ts", "HTTPServer"),
        symbolIn("a", "src/other.ts", "naïveÜber"),
        plainNode("a", "file", "src/getNode.ts"),
        plainNode("a", "file", "src/other.ts"),
        plainNode("a", "section", "docs/readme.md", { name: "Get node", path: "docs/readme.md" }),
        plainNode("a", "package", "node"),
      ];
      const [getNode, count, server, naive, file, other, section, pack] = nodes.map(({ nodeId }) => nodeId);
      const edges = [
        edge(file!, "defines", getNode!),
        edge(other!, "defines", count!),
        edge(count!, "calls", getNode!, "possible"),
        edge(server!, "calls", server!),
        edge(file!, "contains", section!),
        edge(section!, "declares", pack!),
      ];
      await writeGraph(store, "a", 0, 1, { x: { nodes, edges } });
      assert.equal(await found(store, 1, { words: ["get", "node"] }), [getNode, section, file, count]);
      assert.equal(await found(store, 1, { words: ["GETNODE"] }), [getNode, file]);
      assert.equal(await found(store, 1, { words: ["node"] }), [pack, getNode, section, file, count]);
      assert.equal(await found(store, 1, { words: ["graphstore.getn"] }), [getNode]);
      assert.equal(await found(store, 1, { words: ["server"] }), [server]);
      assert.equal(await found(store, 1, { words: ["über"] }), [naive]);
      assert.equal(await found(store, 1, { words: ["ttps"] }), [], "not inside a word");
      assert.equal(await found(store, 1, { words: ["other.t"] }), [other, naive, server, count]);
      assert.equal(await found(store, 1, { words: ["src/other"], kinds: ["symbol"] }), [naive, server, count]);
      assert.equal(await found(store, 1, { kinds: ["file", "package"] }), [pack, other, file]);
      assert.equal(await found(store, 1, { path: "src/getNode.ts" }), [getNode, file]);
      assert.equal(await found(store, 1, { orphans: true, kinds: ["symbol", "section"] }), [
        section,
        naive,
        server,
        count,
      ]);
      assert.equal(await found(store, 1, { words: ["*"] }), []);
      assert.equal(await found(store, 1, { words: ['"', "'"] }), []);
      const all = await found(store, 1, {});
      assert.is(all.length, 8);
      const paged: string[] = [];
      for (let offset = 0; offset < 10; offset += 3)
        for (const { nodeId } of await store.search(at("a", 1), anyNodes, offset, 3, never)) paged.push(nodeId);
      assert.equal(paged, all);
    }));

  test("reads several sources at once, each at its generation, and none that was not named", () =>
    during(async (store) => {
      const b = symbolIn("b", "src/one.ts", "one");
      await writeGraph(store, "a", 0, 1, { "src/one.ts": { nodes: [one, two], edges: [edge(one, "calls", two)] } });
      await writeGraph(store, "b", 0, 5, { "src/one.ts": { nodes: [b], edges: [edge(b, "calls", b)] } });
      const both = [...at("a", 1), ...at("b", 5)];
      assert.equal(await store.nodes(both, [b.nodeId, one.nodeId], never), [b, one]);
      assert.equal(await store.nodes(at("a", 1), [b.nodeId, one.nodeId], never), [one]);
      assert.equal(await store.edges(at("b", 5), [b.nodeId, one.nodeId], anyEdges, never), [edge(b, "calls", b)]);
      assert.is((await store.edges(both, [b.nodeId, one.nodeId], anyEdges, never)).length, 2);
      const names = async (sources: readonly At[]) =>
        (await store.search(sources, { ...anyNodes, words: ["one"] }, 0, 9, never)).map(({ nodeId }) => nodeId);
      assert.equal(await names(both), [one.nodeId, b.nodeId]);
      assert.equal(await names(at("b", 5)), [b.nodeId]);
      assert.equal(await names([]), []);
      assert.equal(await store.degrees(at("b", 5), one.nodeId, never), []);
    }));

  const fact = (change: Partial<GraphFacts>): GraphFacts => ({ ...noGraphFacts, ...change });
  const lines = { start: 1, end: 3 };

  test("gives staged facts back to the writer, whole, with those of the generation below", () =>
    during(async (store) => {
      const rich: GraphFacts = {
        module: "java.util",
        definitions: defines("Map", "get").definitions.map((each, i) => ({
          ...each,
          parent: i - 1,
          test: i === 1,
          ...(i === 1 ? { self: "m" } : {}),
        })),
        imports: [
          {
            specifier: "./é.ts",
            names: [
              { imported: "*", local: "all" },
              { imported: "default", local: "日本" },
            ],
            lines,
            reexport: true,
          },
        ],
        mentions: [
          { kind: "call", name: "run", qualifier: "this.pool", from: 1, lines },
          { kind: "extends", name: "Base", qualifier: "ns\nnext", from: 0, lines: { start: 2, end: 2 } },
          { kind: "path", name: "docs/a.md", qualifier: "", from: -1, lines: { start: 9, end: 9 } },
        ],
        mentionsLeftOut: 7,
        packages: [{ ecosystem: "npm", name: "@a/b", version: "^1", lines }],
        owners: [{ pattern: "*.ts", owners: ["@x", "y@z"], lines }],
        settings: { "npm.name": "p\u0000q", __proto__x: "1" },
      };
      const writer = await store.begin("a", 0, 1, never);
      await writer.stage("src/é.ts", packFacts(rich), never);
      await writer.stage("b.ts", packFacts(noGraphFacts), never);
      assert.equal(
        [...(await writer.facts(["b.ts", "src/é.ts", "none"], never))],
        [
          ["b.ts", packFacts(noGraphFacts)],
          ["src/é.ts", packFacts(rich)],
        ],
      );
      const outlines = await writer.outlines(["none", "src/é.ts", "b.ts"], never);
      assert.equal(
        [...outlines],
        [
          ["src/é.ts", outlineOf(packFacts(rich))],
          ["b.ts", outlineOf(packFacts(noGraphFacts))],
        ],
      );
      assert.equal(await writer.commit(never), { nodes: 0, edges: 0 });
      const second = await store.begin("a", 1, 2, never);
      await second.stage("b.ts", packFacts(defines("changed")), never);
      assert.equal((await second.facts(["src/é.ts"], never)).get("src/é.ts"), packFacts(rich));
      assert.equal((await second.facts(["b.ts"], never)).get("b.ts"), packFacts(defines("changed")));
      await second.abort();
      const third = await store.begin("a", 1, 3, never);
      assert.equal((await third.facts(["b.ts"], never)).get("b.ts"), packFacts(noGraphFacts));
      await third.abort();
      const afresh = await store.begin("a", 0, 4, never);
      assert.equal([...(await afresh.facts(["b.ts", "src/é.ts"], never))], []);
      assert.equal(await afresh.paths("", 10, never), []);
      await afresh.abort();
    }));

  test("lists paths with facts by code units, and finds files by the names in them", () =>
    during(async (store) => {
      const writer = await store.begin("a", 0, 1, never);
      const paths = ["Z.ts", "a/b.ts", "a.ts", "é.ts", "😀.ts", "\ufb01.ts"];
      for (const path of paths)
        await writer.stage(path, packFacts(defines(path === "a.ts" ? "constructor" : "other", `in ${path}`)), never);
      await writer.commit(never);
      const next = await store.begin("a", 1, 2, never);
      const sorted = [...paths].sort();
      assert.equal(await next.paths("", 100, never), sorted);
      assert.equal(await next.paths("", 2, never), sorted.slice(0, 2));
      assert.equal(await next.paths(sorted[1]!, 100, never), sorted.slice(2));
      await next.remove("Z.ts", never);
      await next.stage(
        "a/b.ts",
        packFacts(
          fact({
            imports: [
              { specifier: "./lib/thing.ts", names: [{ imported: "far", local: "near" }], lines, reexport: false },
            ],
            mentions: [{ kind: "call", name: "called", qualifier: "q", from: -1, lines }],
          }),
        ),
        never,
      );
      const left = sorted.filter((path) => path !== "Z.ts");
      assert.equal(await next.paths("", 100, never), left);
      for (const name of ["far", "near", "called"])
        assert.equal(await next.mentioning([name], never), ["a/b.ts"], name);
      assert.equal(
        await next.mentioning(["other", "far"], never),
        left.filter((path) => path !== "a.ts"),
      );
      assert.equal(await next.mentioning(["constructor"], never), ["a.ts"]);
      assert.equal(await next.mentioning(["nothing", "q", ""], never), []);
      assert.equal(await next.mentioning([], never), []);
      const definers = await next.defining(["constructor", "other", "far", "__proto__", "in Z.ts"], never);
      assert.equal([...definers].sort(), [
        ["constructor", ["a.ts"]],
        ["other", left.filter((path) => path !== "a.ts" && path !== "a/b.ts")],
      ]);
      await next.abort();
      const again = await store.begin("a", 1, 3, never);
      assert.equal(await again.paths("", 100, never), sorted);
      assert.equal(await again.mentioning(["far"], never), []);
      assert.equal(await again.mentioning(["in Z.ts"], never), ["Z.ts"]);
      await again.abort();
    }));

  test("leaves nothing of an aborted generation, and takes another writer then", () =>
    during(async (store) => {
      await writeGraph(store, "a", 0, 1, { "src/one.ts": { nodes: [one, two], edges: [edge(one, "calls", two)] } });
      const writer = await store.begin("a", 1, 2, never);
      await refused("conflict", () => store.begin("a", 1, 3, never));
      await writer.put("src/three.ts", { nodes: [three], edges: [edge(three, "calls", one)] }, never);
      await writer.remove("src/one.ts", never);
      await writer.abort();
      await writer.abort();
      await refused("precondition", () => writer.put("x", { nodes: [], edges: [] }, never));
      assert.equal(await found(store, 2, {}), [one.nodeId, two.nodeId]);
      assert.equal(await edgesOf(store, 2, one.nodeId), [edge(one, "calls", two)]);
      const totals = await writeGraph(store, "a", 1, 3, { "src/three.ts": { nodes: [three] } });
      assert.equal(totals, { nodes: 3, edges: 1 });
      assert.equal(await found(store, 2, {}), [one.nodeId, two.nodeId]);
    }));

  test("takes back a generation that was committed and never served", () =>
    during(async (store) => {
      await writeGraph(store, "a", 0, 1, { "src/one.ts": { nodes: [one, two], edges: [edge(one, "calls", two)] } });
      await writeGraph(store, "a", 1, 2, { "src/one.ts": { nodes: [one] }, "src/three.ts": { nodes: [three] } });
      const totals = await writeGraph(store, "a", 1, 3, {
        "src/four.ts": { nodes: [symbolIn("a", "src/four.ts", "four")] },
      });
      assert.equal(totals, { nodes: 3, edges: 1 });
      assert.equal(await found(store, 3, { words: ["three"] }), []);
      assert.equal(await edgesOf(store, 3, two.nodeId), [edge(one, "calls", two)]);
      await refused("precondition", () => store.begin("a", 3, 3, never));
    }));

  test("replaces everything when a generation starts from nothing, and writes sources side by side", () =>
    during(async (store) => {
      await writeGraph(store, "a", 0, 1, { "src/one.ts": { nodes: [one] } });
      const a = await store.begin("a", 0, 2, never);
      const b = await store.begin("b", 0, 2, never);
      await a.put("src/two.ts", { nodes: [two], edges: [] }, never);
      await b.put("src/two.ts", { nodes: [symbolIn("b", "src/two.ts", "two")], edges: [] }, never);
      await b.abort();
      assert.equal(await a.commit(never), { nodes: 1, edges: 0 });
      assert.equal(await found(store, 2, {}), [two.nodeId]);
      assert.equal(await found(store, 1, {}), [one.nodeId]);
      assert.equal(await store.count({ source: "b", generation: 2 }, never), { nodes: 0, edges: 0 });
    }));

  test("sweeps what no readable generation sees, and a source whole", () =>
    during(async (store) => {
      await writeGraph(store, "a", 0, 1, {
        x: { nodes: [one], edges: [edge(one, "calls", two)] },
        y: { nodes: [two] },
      });
      await writeGraph(store, "a", 1, 2, {
        x: { nodes: [one], edges: [edge(one, "references", two)] },
        z: { nodes: [three] },
      });
      await writeGraph(store, "b", 0, 1, { x: { nodes: [symbolIn("b", "x", "one")] } });
      const before = await edgesOf(store, 2, one.nodeId);
      assert.is(await store.sweep("a", 1, never), 0);
      assert.ok((await store.sweep("a", 2, never)) > 0);
      assert.is(await store.sweep("a", 2, never), 0);
      assert.equal(await edgesOf(store, 2, one.nodeId), before);
      assert.equal(await found(store, 2, {}), [one.nodeId, two.nodeId, three.nodeId]);
      const third = await store.begin("a", 2, 3, never);
      await third.stage("x", packFacts(defines("one")), never);
      await third.commit(never);
      assert.ok((await store.sweep("a", alive, never)) > 0);
      assert.equal(await found(store, 3, {}), []);
      assert.is((await store.search(at("b", 1), anyNodes, 0, 9, never)).length, 1);
      assert.is(await store.sweep("unknown", 5, never), 0);
      assert.equal(await writeGraph(store, "a", 0, 4, { x: { nodes: [one] } }), { nodes: 1, edges: 0 });
      assert.equal(await found(store, 4, {}), [one.nodeId]);
    }));

  test("is the reference store's equal, generation after generation", () =>
    during(async (store) => {
      const reference = memoryGraphStore();
      const roll = dice(20_261_123);
      const paths = ["src/a.ts", "src/b.ts", "docs/é.md", "\ufb01.py", ""];
      let base = 0;
      const generations: number[] = [];
      for (let next = 1; next <= 6; next++) {
        const full = roll(5) === 0;
        const writers = await Promise.all(
          [store, reference].map((each) => each.begin("a", full ? 0 : base, next, never)),
        );
        for (let change = 0; change < 4; change++) {
          const path = paths[roll(paths.length)]!;
          const gone = roll(4) === 0;
          const contribution = randomContribution("a", path, roll);
          for (const writer of writers)
            await (gone ? writer.remove(path, never) : writer.put(path, contribution, never));
        }
        if (roll(5) === 0) {
          for (const writer of writers) await writer.abort();
          continue;
        }
        const [totals, expected] = await Promise.all(writers.map((writer) => writer.commit(never)));
        assert.equal(totals, expected, `totals of generation ${next}`);
        base = next;
        generations.push(next);
      }
      const compare = async () => {
        for (const generation of generations) {
          const here = at("a", generation);
          const label = `generation ${generation}`;
          const all = await reference.search(here, anyNodes, 0, 1_000, never);
          assert.equal(await store.search(here, anyNodes, 0, 1_000, never), all, label);
          assert.equal(await store.count(here[0]!, never), await reference.count(here[0]!, never), label);
          const ids = all.map(({ nodeId }) => nodeId);
          const queries: EdgeQuery[] = (["outgoing", "incoming", "both"] as const).flatMap((direction) => [
            { ...anyEdges, direction },
            { ...anyEdges, direction, kinds: [edgeKinds[roll(12)]!, edgeKinds[roll(12)]!], limitPerNode: 1 + roll(4) },
            { ...anyEdges, direction, confidences: [confidences[roll(2)]!], limitPerNode: 1 + roll(4) },
          ]);
          for (const query of queries)
            assert.equal(
              await store.edges(here, ids, query, never),
              await reference.edges(here, ids, query, never),
              label,
            );
          assert.equal(await store.placed(here, ids, never), await reference.placed(here, ids, never), label);
          assert.equal(await store.usage(here, ids, never), await reference.usage(here, ids, never), label);
          for (const id of ids.slice(0, 12)) {
            assert.equal(
              await store.neighbourhood(here, id, anyEdges, never),
              await reference.neighbourhood(here, id, anyEdges, never),
              label,
            );
            assert.equal(await store.degrees(here, id, never), await reference.degrees(here, id, never), label);
            const query = { ...anyEdges, offset: roll(3), limitPerNode: 1 + roll(3) };
            assert.equal(
              await store.edges(here, [id], query, never),
              await reference.edges(here, [id], query, never),
              label,
            );
          }
          for (const words of [["http"], ["server", "h"], ["日"], ["src"], ["é", "ru"]])
            for (const orphans of [false, true]) {
              const query: NodeQuery = { ...anyNodes, words, orphans, kinds: [nodeKinds[2], nodeKinds[3]] };
              const [offset, limit] = [roll(3), 1 + roll(5)];
              const expected = await reference.search(here, query, offset, limit, never);
              assert.equal(
                await store.search(here, query, offset, limit, never),
                expected,
                `${label}: ${words.join(" ")}`,
              );
            }
        }
      };
      await compare();
      const oldest = generations[Math.floor(generations.length / 2)]!;
      await Promise.all([store, reference].map((each) => each.sweep("a", oldest, never)));
      generations.splice(0, generations.length, ...generations.filter((generation) => generation >= oldest));
      await compare();
    }));

  test("refuses more than it promises, says cancelled when the caller went away, and unavailable once closed", () =>
    during(async (store) => {
      const here = at("a", 1);
      const many = Array.from({ length: 10_001 }, (_, i) => `a:symbol:f#${i}`);
      assert.equal(await store.nodes(here, many.slice(1), never), []);
      await refused("invalid", () => store.nodes(here, many, never));
      await refused("invalid", () => store.placed(here, many, never));
      await refused("invalid", () => store.usage(here, many, never));
      await refused("invalid", () => store.edges(here, many, anyEdges, never));
      await refused("invalid", () => store.edges(here, [one.nodeId], { ...anyEdges, limitPerNode: 0 }, never));
      await refused("invalid", () => store.edges(here, [one.nodeId], { ...anyEdges, limitPerNode: 10_001 }, never));
      await refused("invalid", () => store.edges(here, [one.nodeId, two.nodeId], { ...anyEdges, offset: 1 }, never));
      await refused("invalid", () => store.search(here, anyNodes, 0, 10_001, never));
      const gone = AbortSignal.abort();
      await refused("cancelled", () => store.nodes(here, [], gone));
      await refused("cancelled", () => store.edges(here, [], anyEdges, gone));
      await refused("cancelled", () => store.search(here, anyNodes, 0, 1, gone));
      await refused("cancelled", () => store.begin("a", 0, 1, gone));
      const writer = await store.begin("a", 0, 1, never);
      await refused("cancelled", () => writer.put("x", { nodes: [one], edges: [] }, gone));
      await writer.abort();
      await store.close();
      await refused("unavailable", () => store.nodes(here, [], never));
      await refused("unavailable", () => store.begin("a", 0, 1, never));
    }));

  test.run();
}
