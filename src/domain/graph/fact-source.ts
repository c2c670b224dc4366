import type { Pace } from "../pace.ts";
import type { GraphFacts } from "./facts.ts";
import { type FileView, viewOf } from "./file-view.ts";
import { unpackOutline } from "./packed-facts.ts";

/** Outlines of all files of a source, and who defines what: what a GraphWriter gives. */
export interface FactSource {
  outlines(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  defining(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** Definitions held in views at a time, about 300 bytes each. */
const mostDefinitions = 30_000;
/** Names whose definers are held, about 200 bytes each. */
const mostNames = 30_000;
/** Asked for in one call. */
const perCall = 500;

const nobody: readonly string[] = [];

/** Views and definers that were asked for, kept for the length of one linking; facts must not change meanwhile. */
export class Lookups {
  readonly #source: string;
  readonly #facts: FactSource;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  readonly #views = new Map<string, FileView | undefined>();
  readonly #definers = new Map<string, readonly string[]>();
  #held = 0;

  constructor(source: string, facts: FactSource, pace: Pace, signal: AbortSignal) {
    this.#source = source;
    this.#facts = facts;
    this.#pace = pace;
    this.#signal = signal;
  }

  /** Makes sure that a file's view is at hand; from its facts, when the caller has them. */
  hold(path: string, facts: GraphFacts): FileView {
    const known = this.#views.get(path);
    if (known !== undefined) return known;
    const view = viewOf(this.#source, path, facts);
    this.#keep(path, view);
    return view;
  }

  /** Fetches what is not at hand, in few calls. */
  async prefetch(paths: Iterable<string>, names: Iterable<string>): Promise<void> {
    const files = [...new Set(paths)].filter((path) => !this.#views.has(path));
    const words = [...new Set(names)].filter((name) => !this.#definers.has(name));
    await Promise.all([this.#fetchViews(files), this.#fetchDefiners(words)]);
  }

  async view(path: string): Promise<FileView | undefined> {
    if (!this.#views.has(path)) await this.#fetchViews([path]);
    return this.#views.get(path);
  }

  /** Files that define a simple name, sorted. */
  async definers(name: string): Promise<readonly string[]> {
    if (!this.#definers.has(name)) await this.#fetchDefiners([name]);
    return this.#definers.get(name) ?? nobody;
  }

  async #fetchViews(paths: readonly string[]): Promise<void> {
    for (let at = 0; at < paths.length; at += perCall) {
      const part = paths.slice(at, at + perCall);
      const found = await this.#facts.outlines(part, this.#signal);
      for (const path of part) {
        const pause = this.#pace();
        if (pause !== undefined) await pause;
        const outline = found.get(path);
        this.#keep(path, outline === undefined ? undefined : viewOf(this.#source, path, unpackOutline(outline)));
      }
    }
  }

  async #fetchDefiners(names: readonly string[]): Promise<void> {
    if (this.#definers.size + names.length > mostNames) this.#definers.clear();
    for (let at = 0; at < names.length; at += perCall) {
      const part = names.slice(at, at + perCall);
      const found = await this.#facts.defining(part, this.#signal);
      for (const name of part) this.#definers.set(name, found.get(name) ?? nobody);
    }
  }

  #keep(path: string, view: FileView | undefined): void {
    this.#views.set(path, view);
    this.#held += view?.definitions.length ?? 0;
    if (this.#held <= mostDefinitions) return;
    // The oldest go first, down to half: what is asked for again is fetched again.
    for (const [old, { definitions = [] } = {}] of this.#views) {
      if (this.#held <= mostDefinitions / 2) break;
      if (old === path) continue;
      this.#views.delete(old);
      this.#held -= definitions.length;
    }
  }
}
