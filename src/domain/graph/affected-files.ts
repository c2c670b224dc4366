import type { Pace } from "../pace.ts";
import type { FactChanges, HandedOn } from "./fact-changes.ts";
import { factNames } from "./fact-names.ts";
import type { GraphFacts, ImportFact } from "./facts.ts";
import { type FileView, familyOfPath, importsOf, viewOf } from "./file-view.ts";
import type { Ground } from "./ground.ts";
import { isTestPath } from "./link-context.ts";
import { pathMeant } from "./link-documents.ts";
import { testedFile, testedStem } from "./link-tests.ts";
import { type PackedFacts, unpackFacts, unpackOutline } from "./packed-facts.ts";
import { baseOf, folderOf } from "./path-index.ts";
import { pathWords } from "./path-words.ts";
import { type Place, resolverOf } from "./resolve/mod.ts";

/** Facts of all files, and who mentions what: what a GraphWriter gives. */
export interface MentionSource extends Readings {
  mentioning(names: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}

interface Readings {
  facts(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, PackedFacts>>;
  outlines(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** Facts read at a time. */
const perCall = 200;
/** Files compared with what was at a go: for each go the paths that came and went are taken out and put back. */
const comparedAtOnce = 20;
/** More of those, and it is cheaper to link everything. */
const mostMoved = 2_000;

/**
 * Files whose contribution may differ after a change: those that changed, those that mention what changed, and those
 * whose imports now lead elsewhere; undefined for all of them. More than need be is slow; fewer would be wrong.
 */
export async function affectedFiles(
  changes: FactChanges,
  ground: Ground,
  source: MentionSource,
  pace: Pace,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  if (changes.all) return undefined;
  const search = new AffectedSearch(changes, ground, source, pace, signal);
  await search.run();
  return changes.all ? undefined : search.affected;
}

class AffectedSearch {
  readonly affected: Set<string>;
  readonly #changes: FactChanges;
  readonly #ground: Ground;
  readonly #source: MentionSource;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  readonly #newNames: Set<string>;
  readonly #handedOn: HandedOn[] = [];
  /** `path\nname` of what is known to be handed on otherwise. */
  readonly #known = new Set<string>();

  constructor(changes: FactChanges, ground: Ground, source: MentionSource, pace: Pace, signal: AbortSignal) {
    this.affected = new Set(changes.paths);
    this.#changes = changes;
    this.#ground = ground;
    this.#source = source;
    this.#pace = pace;
    this.#signal = signal;
    this.#newNames = new Set(changes.names);
    for (const { path, names } of changes.handedOn) this.#hand(path, names);
  }

  async run(): Promise<void> {
    await this.#ledElsewhere();
    for (const { path, specifier } of this.#changes.stars) await this.#star(path, specifier);
    while (!this.#changes.all && (this.#newNames.size > 0 || this.#handedOn.length > 0)) {
      const names = new Set(this.#newNames);
      this.#newNames.clear();
      if (names.size > 0) await this.#mentioning(names);
      for (let one = this.#handedOn.shift(); one !== undefined; one = this.#handedOn.shift()) await this.#askers(one);
    }
  }

  #hand(path: string, names: Iterable<string>): void {
    const fresh = [...names].filter((name) => !this.#known.has(`${path}\n${name}`));
    for (const name of fresh) this.#known.add(`${path}\n${name}`);
    if (fresh.length > 0) this.#handedOn.push({ path, names: new Set(fresh) });
  }

  #rename(name: string): void {
    if (this.#changes.names.has(name)) return;
    this.#changes.names.add(name);
    this.#newNames.add(name);
  }

  async *#read(paths: Iterable<string>, what: keyof Readings): AsyncGenerator<readonly [string, GraphFacts]> {
    const all = [...paths];
    for (let at = 0; at < all.length; at += perCall) {
      for (const [path, said] of await this.#source[what](all.slice(at, at + perCall), this.#signal)) {
        const pause = this.#pace();
        if (pause !== undefined) await pause;
        yield [path, typeof said === "string" ? unpackOutline(said) : unpackFacts(said)];
      }
    }
  }

  async #mentioning(names: ReadonlySet<string>): Promise<void> {
    const paths = await this.#source.mentioning([...names], this.#signal);
    for (const path of paths) this.affected.add(path);
    for await (const [path, facts] of this.#read(paths, "outlines")) {
      // Under another name it goes on to who asks this file for that.
      for (const fact of importsOf(path, facts))
        for (const { imported, local } of fact.names)
          if (imported !== local && imported !== "*" && names.has(imported)) this.#hand(path, [local]);
      for (const { kind, name, qualifier, from } of facts.mentions) {
        if (kind !== "extends" && kind !== "implements") continue;
        const on = names.has(name) || names.has(qualifier.split(/[.:\\]/)[0]!);
        const built = facts.definitions[from]?.name;
        if (on && built !== undefined) this.#rename(built);
      }
    }
  }

  /** Who imports a name from a file that hands it on otherwise than before. */
  async #askers({ path, names }: HandedOn): Promise<void> {
    const words = pathWords(path, this.#ground);
    const near = new Set(await this.#source.mentioning(words, this.#signal));
    const asking = new Set(await this.#source.mentioning([...names, "*"], this.#signal));
    const both = [...near].filter((one) => asking.has(one) && one !== path);
    for await (const [asker, facts] of this.#read(both, "facts")) {
      const mentioned = factNames(facts);
      if ([...names].some((name) => mentioned.has(name))) this.affected.add(asker);
      for (const fact of importsOf(asker, facts)) {
        if (!this.#leadsTo(asker, fact, path)) continue;
        for (const { imported, local } of fact.names) {
          if (imported === "*" && (local === "*" || local === "")) this.#hand(asker, names);
          else if (names.has(imported)) {
            this.affected.add(asker);
            this.#hand(asker, [local]);
          }
        }
      }
    }
  }

  #leadsTo(from: string, fact: ImportFact, path: string): boolean {
    const family = familyOfPath(from);
    if (family === undefined || fact.specifier === "") return false;
    const resolver = resolverOf(family);
    const places = [resolver.place(from, fact.specifier, this.#ground)];
    for (const { imported } of fact.names) {
      const module = resolver.submodule?.(from, fact.specifier, imported, this.#ground);
      if (module !== undefined) places.push(module);
    }
    return places.some(({ files }) => files.includes(path));
  }

  /** A star re-export came or went: all that it hands on does too. */
  async #star(path: string, specifier: string): Promise<void> {
    const places = this.#bothTimes(() => this.#place(path, specifier));
    const names = new Set<string>();
    for (const { files } of places) await this.#allExports(files, names);
    this.#hand(path, names);
  }

  async #allExports(files: readonly string[], names: Set<string>, seen: Set<string> = new Set()): Promise<void> {
    const fresh = files.filter((path) => !seen.has(path));
    for (const path of fresh) seen.add(path);
    for await (const [path, facts] of this.#read(fresh, "outlines")) {
      const { definitions } = facts;
      for (const { name, parent } of definitions) if (parent < 0) names.add(name);
      for (const { specifier, names: bound } of importsOf(path, facts)) {
        for (const { imported, local } of bound) {
          if (imported !== "*" || (local !== "*" && local !== "")) names.add(local);
          else
            for (const place of this.#bothTimes(() => this.#place(path, specifier)))
              await this.#allExports(place.files, names, seen);
        }
      }
    }
  }

  #place(path: string, specifier: string): Place {
    const family = familyOfPath(path);
    return family === undefined ? nowhere : resolverOf(family).place(path, specifier, this.#ground);
  }

  /** Of now and of before the change. */
  #bothTimes<T>(work: () => T): readonly [T, T] {
    const { appeared, disappeared } = this.#changes;
    return [work(), this.#ground.paths.without([...appeared], [...disappeared], work)];
  }

  /** Files whose imports, links or names lead elsewhere, since paths came or went. */
  async #ledElsewhere(): Promise<void> {
    const moved = [...this.#changes.appeared, ...this.#changes.disappeared];
    if (moved.length === 0) return;
    if (moved.length > mostMoved) {
      this.#changes.relinkAll();
      return;
    }
    const words = new Set(moved.flatMap((path) => pathWords(path, this.#ground)));
    const near = await this.#source.mentioning([...words], this.#signal);
    const batch: (readonly [string, GraphFacts])[] = [];
    for await (const one of this.#read(near, "facts")) {
      batch.push(one);
      if (batch.length === comparedAtOnce) await this.#compare(batch.splice(0));
    }
    await this.#compare(batch);
    await this.#byConvention(moved);
  }

  async #compare(batch: readonly (readonly [string, GraphFacts])[]): Promise<void> {
    const [now, before] = this.#bothTimes(() => batch.map(([path, facts]) => this.#leads(path, facts)));
    for (const [n, [path, facts]] of batch.entries()) {
      const [here, there] = [now[n]!, before[n]!];
      if (here.paths !== there.paths) this.affected.add(path);
      for (const [i, fact] of importsOf(path, facts).entries()) {
        if (here.imports[i] === there.imports[i]) continue;
        this.affected.add(path);
        await this.#goesOn(path, facts, fact);
      }
    }
  }

  /** Where a file's imports and written paths lead, as texts to compare. */
  #leads(path: string, facts: GraphFacts): { readonly imports: readonly string[]; readonly paths: string } {
    const family = familyOfPath(path);
    const imports = importsOf(path, facts).map(({ specifier, names }) => {
      if (family === undefined || specifier === "") return "";
      const resolver = resolverOf(family);
      const modules = names.map(({ imported }) => resolver.submodule?.(path, specifier, imported, this.#ground));
      return JSON.stringify([resolver.place(path, specifier, this.#ground), modules]);
    });
    const written = facts.mentions.filter(({ kind }) => kind === "path");
    return { imports, paths: JSON.stringify(written.map(({ name }) => pathMeant(this.#ground.paths, path, name))) };
  }

  /** An import leads elsewhere: so does what it hands on, and what is built on it. */
  async #goesOn(path: string, facts: GraphFacts, { specifier, names }: ImportFact): Promise<void> {
    for (const { imported, local } of names) {
      if (imported === "*" && (local === "*" || local === "")) await this.#star(path, specifier);
      else this.#hand(path, [local]);
    }
    const view: FileView = viewOf(this.#ground.source, path, facts);
    for (const [n, bases] of view.bases) {
      const roots = bases.map((base) => (base.qualifier || base.name).split(/[.:\\]/)[0]!);
      const built = view.definitions[n]?.name;
      const star = names.some(({ imported }) => imported === "*");
      if (built !== undefined && (star || names.some(({ local }) => roots.includes(local)))) this.#rename(built);
    }
  }

  /** Tests that are named after a file, and Python's packages, whose first folder is told by its `__init__.py`. */
  async #byConvention(moved: readonly string[]): Promise<void> {
    const stems = new Set(moved.map((path) => baseOf(path).replace(/\.[^.]*$/, "")));
    const packages = moved.filter((path) => /(?:^|\/)__init__\.pyi?$/.test(path)).map((path) => `${folderOf(path)}/`);
    // A copy: comparing with what was takes paths out and puts them back.
    for (const path of [...this.#ground.paths.all()]) {
      const pause = this.#pace();
      if (pause !== undefined) await pause;
      if (packages.some((folder) => path.startsWith(folder)) && familyOfPath(path) === "python")
        this.affected.add(path);
      const stem = testedStem(path);
      if (stem === undefined || !stems.has(stem) || !isTestPath(path)) continue;
      const [now, before] = this.#bothTimes(() => testedFile(path, this.#ground.paths));
      if (now !== before) this.affected.add(path);
    }
  }
}

const nowhere: Place = { files: [], inner: [], confidence: "exact", package: undefined, outside: false };
