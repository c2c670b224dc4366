import { createHash } from "node:crypto";
import {
  type EdgeKind,
  type NodeKind,
  type PackedFacts,
  textsOf,
  uniteEdges,
  unpackFacts,
} from "../../domain/graph/mod.ts";
import { alive, Fault } from "../../domain/mod.ts";
import type { Contribution } from "../../ports/mod.ts";
import { type Connection, type Run, whole } from "./connection.ts";
import { edgeTypes, labelOf, typeOf } from "./edge-types.ts";
import { edgeProperties, factsNames, versionProperties } from "./generation-rows.ts";
import { keyOf, orderOf } from "./keys.ts";
import type { Pending } from "./pending-changes.ts";

/** Rows created in one transaction: tenths of a second, and megabytes of its memory. */
const rowsAtOnce = 4_000;

export interface WriterKey {
  readonly source: string;
  readonly next: number;
}

/**
 * Whoever began last writes. A process that was paused until its lease was over must not write beside the one that went on.
 * @throws Fault conflict (LEASE_LOST).
 */
export async function mustBeWriter(run: Run, { source, next }: WriterKey): Promise<void> {
  const mine = "MATCH (s:KmSource {name: $source}) WHERE s.writer = $next SET s.writer = $next RETURN 1 AS mine";
  if ((await run(mine, { source, next: whole(next) })).length > 0) return;
  throw new Fault("conflict", `another process writes the graph of '${source}' by now: this run had lost its lease`, {
    reason: "LEASE_LOST",
  });
}

type Batch = readonly [cypher: string, rows: readonly unknown[]];

/** Writes what changed of some files, in transactions of bounded size that may each be tried again. */
export async function writeChanges(
  connection: Connection,
  key: WriterKey,
  { facts, contributions }: Pending,
  step: { number: number },
  signal: AbortSignal,
): Promise<void> {
  const said = [...facts].map(([path, value]) => ({ path, value, digest: value && digestOf(value) }));
  const put = [...contributions].map(([path, value]) => ({ path, value, digest: value && digestOf(value) }));
  const changed = await connection.write(
    "stage",
    async (run) => {
      await mustBeWriter(run, key);
      return {
        facts: await replace(run, "KmFacts", key, said),
        contributions: await replace(run, "KmContribution", key, put),
      };
    },
    signal,
  );
  const rows: Batch[] = [];
  for (const { path, value } of said)
    if (value !== undefined && changed.facts.has(path)) rows.push(...factRows(key, path, value));
  for (const { path, value } of put)
    if (value !== undefined && changed.contributions.has(path)) rows.push(...contributionRows(key, path, value));
  for (const batches of chunks(rows)) {
    step.number += 1;
    const number = step.number;
    await connection.write(
      "put",
      async (run) => {
        await mustBeWriter(run, key);
        // A transaction that is tried again after it had been committed finds its own mark.
        const mark = "MATCH (s:KmSource {name: $source}) WHERE s.step < $number SET s.step = $number RETURN 1 AS due";
        const due = await run(mark, { source: key.source, number: whole(number) });
        if (due.length === 0) return;
        for (const [cypher, batch] of batches) await run(cypher, { rows: batch });
      },
      signal,
    );
  }
}

interface Wanted {
  readonly path: string;
  readonly value: Contribution | PackedFacts | undefined;
  readonly digest: string | undefined;
}

/** Ends what stands of the files and differs, begins what comes instead; returns the paths whose rows are to be written. */
async function replace(
  run: Run,
  label: "KmFacts" | "KmContribution",
  { source, next }: WriterKey,
  wanted: readonly Wanted[],
): Promise<Set<string>> {
  if (wanted.length === 0) return new Set();
  const places = new Map(wanted.map((each) => [keyOf(source, each.path), each]));
  const live = await run(
    `UNWIND $places AS place MATCH (c:${label} {place: place}) WHERE c.dead = $alive
     RETURN c.key AS key, c.place AS place, c.born AS born, c.digest AS digest, c.types AS types`,
    { places: [...places.keys()], alive: whole(alive) },
  );
  const same = new Set<string>();
  const ended: string[] = [];
  const undone: string[] = [];
  const types = new Set<string>();
  for (const row of live) {
    const { path, digest } = places.get(row["place"] as string)!;
    // What this generation bore may lack rows, if a transaction before this one was tried again.
    if (digest === row["digest"] && Number(row["born"]) !== next) {
      same.add(path);
      continue;
    }
    (Number(row["born"]) === next ? undone : ended).push(row["key"] as string);
    for (const type of (row["types"] as string[] | null) ?? []) types.add(type);
  }
  if (ended.length > 0) await setDead(run, label, ended, next, types);
  if (undone.length > 0) await deleteRows(run, label, undone, types);
  const begun = wanted.filter(({ path, value }) => value !== undefined && !same.has(path));
  const rows = begun.map(({ path, value, digest }) => ({
    key: rowKey(source, path, next),
    place: keyOf(source, path),
    source,
    path,
    order: orderOf(path),
    digest,
    born: whole(next),
    dead: whole(alive),
    ...(value instanceof Uint8Array ? textsOf(value) : sizes(value!)),
  }));
  if (rows.length > 0) await run(`UNWIND $rows AS row CREATE (c:${label}) SET c = row`, { rows });
  return new Set(begun.map(({ path }) => path));
}

function sizes({ nodes, edges }: Contribution) {
  const types = [...new Set(edges.map(({ kind }) => typeOf(kind)))];
  return { nodes: whole(nodes.length), edges: whole(uniteEdges(edges).length), types };
}

/** Ends contributions or facts, with all they say, or (`dead` alive again) takes the end back. */
export async function setDead(
  run: Run,
  label: "KmFacts" | "KmContribution",
  keys: readonly string[],
  dead: number,
  types: Iterable<string> = edgeTypes,
): Promise<void> {
  const parameters = { keys, dead: whole(dead) };
  await run(`UNWIND $keys AS key MATCH (c:${label} {key: key}) SET c.dead = $dead`, parameters);
  if (label === "KmFacts") return;
  await run(
    "UNWIND $keys AS key MATCH (c:KmContribution {key: key})-[:SAYS]->(v:KmVersion) SET v.dead = $dead",
    parameters,
  );
  for (const type of types)
    await run(`UNWIND $keys AS key MATCH ()-[r:${type} {contribution: key}]->() SET r.dead = $dead`, parameters);
}

/** Deletes contributions or facts, with all they say. */
export async function deleteRows(
  run: Run,
  label: "KmFacts" | "KmContribution",
  keys: readonly string[],
  types: Iterable<string> = edgeTypes,
): Promise<void> {
  if (label === "KmContribution") {
    for (const type of types)
      await run(`UNWIND $keys AS key MATCH ()-[r:${type} {contribution: key}]->() DELETE r`, { keys });
    await run("UNWIND $keys AS key MATCH (:KmContribution {key: key})-[:SAYS]->(v:KmVersion) DETACH DELETE v", {
      keys,
    });
  }
  await run(`UNWIND $keys AS key MATCH (c:${label} {key: key}) DETACH DELETE c`, { keys });
}

function factRows({ source, next }: WriterKey, path: string, facts: PackedFacts): Batch[] {
  const by = rowKey(source, path, next);
  const rows = factsNames(source, unpackFacts(facts)).map((name) => ({ ...name, by, source }));
  return [
    [
      `UNWIND $rows AS row MATCH (f:KmFacts {key: row.by})
       MERGE (n:KmName {key: row.key}) ON CREATE SET n.text = row.text, n.source = row.source
       CREATE (f)-[:NAMES {mentions: row.mentions, defines: row.defines}]->(n)`,
      rows,
    ],
  ];
}

function contributionRows({ source, next }: WriterKey, path: string, { nodes, edges }: Contribution): Batch[] {
  const by = rowKey(source, path, next);
  const times = { born: whole(next), dead: whole(alive) };
  const named = (id: string) => ({ key: keyOf(id), id, order: orderOf(id) });
  const byKind = new Map<NodeKind, unknown[]>();
  const seen = new Set<string>();
  for (const node of nodes) {
    const { nodeId, kind, name } = node;
    if (seen.has(nodeId)) continue;
    seen.add(nodeId);
    const row = { ...named(nodeId), source, kind, name, path: node.path, by };
    const properties = { ...versionProperties(node, path), ...times };
    const rows = byKind.get(kind) ?? [];
    byKind.set(kind, rows);
    rows.push({ ...row, properties });
  }
  const byEdge = new Map<EdgeKind, unknown[]>();
  for (const edge of uniteEdges(edges)) {
    const properties = { ...edgeProperties(edge, source, path), ...times, contribution: by };
    const rows = byEdge.get(edge.kind) ?? [];
    byEdge.set(edge.kind, rows);
    rows.push({ from: named(edge.from), to: named(edge.to), source, properties });
  }
  return [
    ...[...byKind].map(([kind, rows]): Batch => [nodeStatement(kind), rows]),
    ...[...byEdge].map(([kind, rows]): Batch => [edgeStatement(kind), rows]),
  ];
}

function nodeStatement(kind: NodeKind): string {
  return `UNWIND $rows AS row MATCH (c:KmContribution {key: row.by})
    MERGE (n:KmNode {key: row.key}) ON CREATE SET n.id = row.id, n.source = row.source, n.order = row.order
    SET n:${labelOf(kind)}, n.kind = row.kind, n.name = row.name, n.path = row.path
    CREATE (c)-[:SAYS]->(v:KmVersion)-[:OF]->(n) SET v = row.properties`;
}

function edgeStatement(kind: EdgeKind): string {
  return `UNWIND $rows AS row
    MERGE (a:KmNode {key: row.from.key})
      ON CREATE SET a.id = row.from.id, a.source = row.source, a.order = row.from.order
    MERGE (b:KmNode {key: row.to.key}) ON CREATE SET b.id = row.to.id, b.source = row.source, b.order = row.to.order
    CREATE (a)-[r:${typeOf(kind)}]->(b) SET r = row.properties`;
}

/** Rows of like statements together, at most `rowsAtOnce` of all in one transaction. */
function chunks(batches: readonly Batch[]): Batch[][] {
  const done: Batch[][] = [];
  let current = new Map<string, unknown[]>();
  let size = 0;
  const end = () => {
    if (size > 0) done.push([...current]);
    current = new Map();
    size = 0;
  };
  for (const [cypher, rows] of batches) {
    for (let at = 0; at < rows.length; ) {
      const taken = rows.slice(at, at + rowsAtOnce - size);
      const held = current.get(cypher) ?? [];
      for (const row of taken) held.push(row);
      current.set(cypher, held);
      size += taken.length;
      at += taken.length;
      if (size >= rowsAtOnce) end();
    }
  }
  end();
  return done;
}

function digestOf(value: Contribution | PackedFacts): string {
  const bytes = value instanceof Uint8Array ? value : JSON.stringify(value);
  return createHash("sha256").update(bytes).digest("base64");
}

function rowKey(source: string, path: string, generation: number): string {
  return `${keyOf(source, path)}@${generation}`;
}
