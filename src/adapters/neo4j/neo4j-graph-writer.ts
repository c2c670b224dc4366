import { joinTexts, type PackedFacts, type PackedTexts } from "../../domain/graph/mod.ts";
import { alive, Fault, invalid } from "../../domain/mod.ts";
import type { Contribution, GraphTotals, GraphWriter } from "../../ports/mod.ts";
import { type Connection, type Operation, whole } from "./connection.ts";
import { countAll } from "./count-graph.ts";
import { keyOf, orderOf } from "./keys.ts";
import { PendingChanges } from "./pending-changes.ts";
import { takeBackAlone } from "./upkeep.ts";
import { mustBeWriter, setDead, type WriterKey, writeChanges } from "./write-changes.ts";

/** Rows gathered before they are written: a round trip to the server costs as much as hundreds of them. */
const gathered = 4_000;
const most = 10_000;
/** Contributions ended in one transaction. */
const batch = 100;

const never = new AbortController().signal;

/**
 * One unfinished generation. Changes are gathered and written a few thousand rows at a time, one write after the
 * other; a write that failed ends the writer, and the next call says so.
 */
export class Neo4jGraphWriter implements GraphWriter {
  readonly #connection: Connection;
  readonly #key: WriterKey;
  readonly #end: () => void;
  readonly #step = { number: 0 };
  readonly #pending = new PendingChanges();
  /** Of a generation from nothing: the files it has by now. What it does not name is ended when it is committed. */
  readonly #afresh: { readonly facts: Set<string>; readonly contributions: Set<string> } | undefined;
  #state: "open" | "committed" | "aborted" = "open";
  #writing: Promise<void> = Promise.resolve();
  #broken: unknown;

  constructor(connection: Connection, key: WriterKey, afresh: boolean, end: () => void) {
    this.#connection = connection;
    this.#key = key;
    this.#afresh = afresh ? { facts: new Set(), contributions: new Set() } : undefined;
    this.#end = end;
  }

  async stage(path: string, facts: PackedFacts, signal: AbortSignal): Promise<void> {
    this.#mustBeOpen(signal);
    this.#afresh?.facts.add(path);
    this.#pending.stage(path, facts);
    await this.#whenFull(signal);
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    this.#mustBeOpen(signal);
    this.#afresh?.facts.delete(path);
    this.#afresh?.contributions.delete(path);
    this.#pending.remove(path);
    await this.#whenFull(signal);
  }

  async put(path: string, contribution: Contribution, signal: AbortSignal): Promise<void> {
    this.#mustBeOpen(signal);
    this.#afresh?.contributions.add(path);
    this.#pending.put(path, contribution);
    await this.#whenFull(signal);
  }

  async facts(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, PackedFacts>> {
    const found = await this.#read<PackedTexts>(paths, "{outline: f.outline, mentions: f.mentions}", signal);
    return new Map([...found].map(([path, said]) => [path, joinTexts(said)]));
  }

  outlines(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.#read(paths, "f.outline", signal);
  }

  async #read<T>(paths: readonly string[], what: string, signal: AbortSignal): Promise<ReadonlyMap<string, T>> {
    const wanted = paths.filter((path) => this.#has(path));
    const places = wanted.map((path) => keyOf(this.#key.source, path));
    const rows = await this.#ask(
      "facts",
      `UNWIND $places AS place MATCH (f:KmFacts {place: place}) WHERE f.dead = $alive
       RETURN f.path AS path, ${what} AS said`,
      { places },
      signal,
    );
    const found = new Map(rows.map(({ path, said }) => [path as string, said as T]));
    return new Map(wanted.flatMap((path) => (found.has(path) ? [[path, found.get(path)!] as const] : [])));
  }

  async paths(afterPath: string, limit: number, signal: AbortSignal): Promise<readonly string[]> {
    if (limit < 1 || limit > most) throw invalid("limit", `must be 1 to ${most} in one call`);
    if (this.#afresh !== undefined) {
      this.#mustBeOpen(signal);
      const after = [...this.#afresh.facts].filter((path) => afterPath === "" || path > afterPath);
      return after.sort().slice(0, limit);
    }
    const rows = await this.#ask(
      "paths",
      `MATCH (f:KmFacts {source: $source}) WHERE f.dead = $alive AND ($after = "" OR f.order > $after)
       RETURN f.path AS path ORDER BY f.order LIMIT $limit`,
      { source: this.#key.source, after: orderOf(afterPath), limit: whole(limit) },
      signal,
    );
    return rows.map(({ path }) => path as string);
  }

  async mentioning(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const rows = await this.#ask(
      "mentioning",
      `UNWIND $keys AS key MATCH (n:KmName {key: key})<-[r:NAMES {mentions: true}]-(f:KmFacts)
       WHERE f.dead = $alive WITH DISTINCT f RETURN f.path AS path ORDER BY f.order`,
      { keys: this.#namesKeys(names) },
      signal,
    );
    return rows.map(({ path }) => path as string).filter((path) => this.#has(path));
  }

  async defining(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#ask(
      "defining",
      `UNWIND $keys AS key MATCH (n:KmName {key: key})<-[r:NAMES {defines: true}]-(f:KmFacts)
       WHERE f.dead = $alive RETURN n.text AS name, f.path AS path ORDER BY f.order`,
      { keys: this.#namesKeys(names) },
      signal,
    );
    const found = new Map<string, string[]>();
    for (const row of rows) {
      const [name, path] = [row["name"] as string, row["path"] as string];
      if (!this.#has(path)) continue;
      const paths = found.get(name);
      if (paths === undefined) found.set(name, [path]);
      else paths.push(path);
    }
    return found;
  }

  async commit(signal: AbortSignal): Promise<GraphTotals> {
    await this.#flush(signal);
    if (this.#afresh !== undefined) {
      await this.#endOthers("KmFacts", this.#afresh.facts, signal);
      await this.#endOthers("KmContribution", this.#afresh.contributions, signal);
    }
    const { source, next } = this.#key;
    const totals = await countAll(this.#connection, { source, generation: next }, signal);
    const parameters = { source, next: whole(next), nodes: whole(totals.nodes), edges: whole(totals.edges) };
    await this.#connection.write(
      "commit",
      async (run) => {
        await mustBeWriter(run, this.#key);
        await run(
          `MATCH (s:KmSource {name: $source}) SET s.committed = $next
           MERGE (t:KmTotals {source: $source, generation: $next}) SET t.nodes = $nodes, t.edges = $edges`,
          parameters,
        );
      },
      signal,
    );
    this.#state = "committed";
    this.#end();
    return totals;
  }

  async abort(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "aborted";
    try {
      await this.#writing.catch(() => {});
      // Not tried again: where the server is away, the run has waited for it and is to end now.
      await this.#connection.probe(never);
      // Where the lease was lost, what came after the base is another process's, and served.
      await takeBackAlone(this.#connection, this.#key.source, this.#key.next, never);
    } catch (error) {
      // A server that is away can't take anything back: the next `begin` does.
      if (!(error instanceof Fault) || (error.code !== "unavailable" && error.code !== "exhausted")) throw error;
    } finally {
      this.#end();
    }
  }

  #has(path: string): boolean {
    return this.#afresh === undefined || this.#afresh.facts.has(path);
  }

  #namesKeys(names: readonly string[]): string[] {
    return [...new Set(names)].map((name) => keyOf(this.#key.source, name));
  }

  async #ask(operation: Operation, cypher: string, parameters: Record<string, unknown>, signal: AbortSignal) {
    await this.#flush(signal);
    const given = { ...parameters, alive: whole(alive) };
    return this.#connection.patientRead(operation, (run) => run(cypher, given), signal);
  }

  async #whenFull(signal: AbortSignal): Promise<void> {
    if (this.#pending.size >= gathered) await this.#flush(signal);
  }

  async #flush(signal: AbortSignal): Promise<void> {
    this.#mustBeOpen(signal);
    const before = this.#writing;
    const changes = this.#pending.size === 0 ? undefined : this.#pending.take();
    const work = async () => {
      await before;
      if (changes !== undefined) await writeChanges(this.#connection, this.#key, changes, this.#step, signal);
    };
    const writing = work();
    this.#writing = writing;
    try {
      await writing;
    } catch (error) {
      this.#broken ??= error;
      throw error;
    }
  }

  /** Ends what the generation below has and this one, from nothing, has not. */
  async #endOthers(label: "KmFacts" | "KmContribution", kept: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { source, next } = this.#key;
    const statement = `MATCH (c:${label} {source: $source}) WHERE c.dead = $alive RETURN c.key AS key, c.path AS path`;
    const rows = await this.#connection.patientRead(
      "paths",
      (run) => run(statement, { source, alive: whole(alive) }),
      signal,
    );
    const ended = rows.filter(({ path }) => !kept.has(path as string)).map(({ key }) => key as string);
    for (let at = 0; at < ended.length; at += batch)
      await this.#connection.write(
        "stage",
        async (run) => {
          await mustBeWriter(run, this.#key);
          await setDead(run, label, ended.slice(at, at + batch), next);
        },
        signal,
      );
  }

  #mustBeOpen(signal: AbortSignal): void {
    this.#connection.throwIfOver(signal);
    if (this.#state !== "open") throw new Fault("precondition", `this writer was ${this.#state}: begin another`);
    if (this.#broken !== undefined) throw this.#broken;
  }
}
