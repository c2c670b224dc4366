import {
  affectedFiles,
  FactChanges,
  type FileToLink,
  type Ground,
  Lookups,
  linkFiles,
  linkSource,
  nodeId,
  noGraphFacts,
  outlineOf,
  type PackedFacts,
  type PathIndex,
  type Standing,
  standingOf,
  unpackFacts,
  unpackOutline,
} from "../../../domain/graph/mod.ts";
import type { FileRecord, Pace, Revision } from "../../../domain/mod.ts";
import type { GraphStore, GraphTotals, GraphWriter } from "../../../ports/mod.ts";
import { AtPath } from "../at-path.ts";
import type { Classifier } from "../classify.ts";
import { isKeptOut } from "../plan-changes.ts";
import { takeTurns } from "../take-turns.ts";
import type { KnownPaths } from "./known-paths.ts";
import { openGround, readPaths, readVersions } from "./open-ground.ts";

/** Files linked together: their names are looked up in few calls, and their facts are a few megabytes. */
const perSlice = 64;

export interface GraphRunInput {
  readonly store: GraphStore;
  readonly source: string;
  /** What is served; undefined: nothing, or nothing that counts. */
  readonly base: Revision | undefined;
  readonly next: number;
  /** Whether every file is written anew. */
  readonly full: boolean;
  /** Whether the served generation was written under the same catalogue and rules. */
  readonly sameConfiguration: boolean;
  readonly known: KnownPaths;
}

/** The few fields that a node has of a file: records of very many are not kept until they are linked. */
function standing({ artifactType, language, subsystem, tags, commit, updatedAt }: FileRecord): Standing {
  return { artifactType, language, subsystem, tags, commit, updatedAt };
}

/** What linking came to, for the log. */
export interface Relinked {
  readonly files: number;
  readonly all: boolean;
}

/** One run's part of the graph: facts are staged while files are written, then what they touch is linked anew. */
export class GraphRun {
  readonly #input: GraphRunInput;
  readonly #writer: GraphWriter;
  readonly #changes = new FactChanges();
  /** What is known of the files of this run. */
  readonly #standings = new Map<string, Standing>();
  #paths: PathIndex | undefined;
  /** Settles when the files that came before were compared. */
  #noted: Promise<void> = Promise.resolve();
  #pace: Pace | undefined;

  private constructor(input: GraphRunInput, writer: GraphWriter) {
    this.#input = input;
    this.#writer = writer;
    this.#paths = input.known.take(input.source, input.full ? 0 : (input.base?.generation ?? 0));
    if (this.#anew || !input.sameConfiguration) this.#changes.relinkAll();
  }

  static async begin(input: GraphRunInput, signal: AbortSignal): Promise<GraphRun> {
    const base = input.base?.generation ?? 0;
    return new GraphRun(input, await input.store.begin(input.source, base, input.next, signal));
  }

  get #anew(): boolean {
    return this.#input.full || this.#input.base === undefined;
  }

  /** A file was written; undefined facts: its content keeps it out. A lock file is kept out of searches alone. */
  async wrote(record: FileRecord, facts: PackedFacts | undefined, signal: AbortSignal): Promise<void> {
    if (facts === undefined) return this.removed(record.path, signal);
    const before = await this.#before(record.path, signal);
    // When all is linked anyway, nobody asks what changed. Read now: the writer takes the bytes.
    const outline = this.#anew ? undefined : outlineOf(facts);
    await this.#writer.stage(record.path, facts, signal);
    await this.#note(record.path, before, outline ?? "", signal);
    this.#standings.set(record.path, standing(record));
  }

  /** Same content, other facts of it. What is kept out has a part here only if it was read: a lock file. */
  async touched(record: FileRecord, signal: AbortSignal): Promise<void> {
    if (isKeptOut(record) && record.lines === 0) return this.removed(record.path, signal);
    this.#changes.paths.add(record.path);
    this.#standings.set(record.path, standing(record));
  }

  async removed(path: string, signal: AbortSignal): Promise<void> {
    const before = await this.#before(path, signal);
    await this.#writer.remove(path, signal);
    await this.#note(path, before, undefined, signal);
    this.#standings.delete(path);
  }

  /** What was said before; nobody asks when all is linked anyway, but for which paths came and went. */
  async #before(path: string, signal: AbortSignal): Promise<string | undefined> {
    if (this.#anew) return undefined;
    return (await this.#writer.outlines([path], signal)).get(path);
  }

  /**
   * What changed, told by outlines: undefined for a file that was not, or is no more, "" where it is not asked. One file
   * after another, however many come at once: comparing what a large one says takes milliseconds.
   */
  #note(path: string, before: string | undefined, outline: string | undefined, signal: AbortSignal): Promise<void> {
    const noted = this.#noted.then(async () => {
      // What others can tell of the file is as it was.
      if (before !== undefined && before === outline) return void this.#changes.paths.add(path);
      this.#pace ??= takeTurns(signal);
      const pause = this.#pace();
      if (pause !== undefined) await pause;
      const after = outline === undefined ? undefined : outline === "" ? noGraphFacts : unpackOutline(outline);
      this.#changes.note(this.#input.source, path, before === undefined ? undefined : unpackOutline(before), after);
    });
    this.#noted = noted.catch(() => {});
    return noted;
  }

  /** Links what the changes touch. `told` hears of each file. */
  async link(classifier: Classifier, signal: AbortSignal, told: (path: string) => void): Promise<Relinked> {
    const pace = takeTurns(signal);
    const { source } = this.#input;
    const paths = await this.#currentPaths(signal);
    const ground = await openGround(source, this.#writer, paths, classifier, signal);
    const affected = await affectedFiles(this.#changes, ground, this.#writer, pace, signal);
    if (affected === undefined || this.#changes.versions) {
      const versions = await readVersions(this.#writer, ground, signal);
      await this.#writer.put("", linkSource(ground, versions), signal);
    }
    const lookups = new Lookups(source, this.#writer, pace, signal);
    let files = 0;
    for await (const some of this.#slices(affected, paths, signal)) {
      const slice = await this.#toLink(some, ground, pace, signal);
      files += slice.length;
      const puts: Promise<void>[] = [];
      for await (const [path, linked] of linkFiles(slice, ground, lookups, pace)) {
        const put = this.#writer.put(path, linked, signal).catch((error: unknown) => {
          throw new AtPath(path, error);
        });
        put.catch(() => {});
        puts.push(put);
        told(path);
      }
      await Promise.all(puts);
    }
    this.#standings.clear();
    return { files, all: affected === undefined };
  }

  /** In path order; all are read a page at a time, since sorting very many would hold up others. */
  async *#slices(
    affected: ReadonlySet<string> | undefined,
    paths: PathIndex,
    signal: AbortSignal,
  ): AsyncGenerator<readonly string[]> {
    if (affected !== undefined) {
      const some = [...affected].filter((path) => paths.has(path)).sort();
      for (let at = 0; at < some.length; at += perSlice) yield some.slice(at, at + perSlice);
      return;
    }
    for (let after = ""; ; ) {
      const page = await this.#writer.paths(after, perSlice, signal);
      if (page.length > 0) yield page;
      if (page.length < perSlice) return;
      after = page.at(-1)!;
    }
  }

  async #currentPaths(signal: AbortSignal): Promise<PathIndex> {
    this.#paths ??= await readPaths(this.#writer, takeTurns(signal), signal);
    for (const path of this.#changes.appeared) this.#paths.add(path);
    for (const path of this.#changes.disappeared) this.#paths.delete(path);
    return this.#paths;
  }

  async #toLink(
    paths: readonly string[],
    ground: Ground,
    pace: Pace,
    signal: AbortSignal,
  ): Promise<readonly FileToLink[]> {
    const facts = await this.#writer.facts(paths, signal);
    const standings = await this.#served(paths, ground, signal);
    const files: FileToLink[] = [];
    for (const [path, said] of facts) {
      const standing = standings.get(path);
      if (standing === undefined) continue;
      const pause = pace();
      if (pause !== undefined) await pause;
      files.push({ path, facts: unpackFacts(said), standing });
    }
    return files;
  }

  /** What is known of files: from this run, else as the served graph has it, with their present place. */
  async #served(
    paths: readonly string[],
    { source, place }: Ground,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Standing>> {
    const { store, base } = this.#input;
    const standings = new Map<string, Standing>();
    const asked: string[] = [];
    for (const path of paths) {
      const known = this.#standings.get(path);
      if (known === undefined) asked.push(nodeId(source, "file", path));
      else standings.set(path, known);
    }
    const nodes = base === undefined || asked.length === 0 ? [] : await store.nodes([base], asked, signal, true);
    for (const node of nodes) {
      const { subsystem, tags } = place(node.path);
      standings.set(node.path, { ...standingOf(node), subsystem, tags });
    }
    return standings;
  }

  commit(signal: AbortSignal): Promise<GraphTotals> {
    return this.#writer.commit(signal);
  }

  /** The generation is served: its paths serve the next run. */
  served(generation: number): void {
    if (this.#paths !== undefined) this.#input.known.keep(this.#input.source, generation, this.#paths);
  }

  abort(): Promise<void> {
    return this.#writer.abort();
  }
}
