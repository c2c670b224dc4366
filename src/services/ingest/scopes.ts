import type { PartialListing } from "../../ports/mod.ts";

/** What a source's last run that went well left for a run over some of its paths. */
export interface Ground {
  /** Which look the served generation was made from, and which generation that is. */
  readonly mark: number;
  readonly generation: number;
  readonly warnings: readonly string[];
  /** Files that were listed, and those of them that a rule or their content keeps out. */
  readonly discovered: number;
  readonly skipped: number;
  /** A look at paths that a run is to be made from. */
  readonly looked?: { readonly paths: readonly string[]; readonly some: PartialListing };
}

/** The grounds of all sources. One that a run has taken is nobody's until that run ends well. */
export class Scopes {
  readonly #grounds = new Map<string, Ground>();

  get(source: string): Ground | undefined {
    return this.#grounds.get(source);
  }

  take(source: string): Ground | undefined {
    const ground = this.#grounds.get(source);
    this.#grounds.delete(source);
    return ground;
  }

  keep(source: string, ground: Ground): void {
    this.#grounds.set(source, ground);
  }

  /** Unless a run has taken it meanwhile. */
  replace(source: string, former: Ground, ground: Ground): void {
    if (this.#grounds.get(source) === former) this.#grounds.set(source, ground);
  }
}
