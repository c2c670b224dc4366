import { definitionId, sourceOfNode } from "../../domain/graph/mod.ts";
import type { At } from "../../domain/mod.ts";
import type { Candidate, Clock, GraphStore, Usage } from "../../ports/mod.ts";
import { inTime } from "./in-time.ts";

/** What a search waits for the graph, ms: its signals weigh little, and a ranking does not wait for them. */
const budgetMs = 10;
/** What a late answer still has, so that the next search finds it remembered; and what a following page waits, ms. */
const lateMs = 1_000;
/** Passages asked about are among so many of either list: those further down hardly reach a page. */
const ranksAsked = 30;
/** Counts remembered, some 200 bytes each. */
const mostKept = 20_000;

export type Usages = ReadonlyMap<Candidate, Usage>;

/** How much the graph says that passages' symbols are used and tested. Remembered by generation. */
export class GraphUsage {
  readonly #store: Pick<GraphStore, "usage">;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Usage>();

  constructor(store: Pick<GraphStore, "usage">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Of the first passages of both lists, those that are in a symbol. Undefined when the graph did not answer within
   * 10 ms; `why` is then told. `patient`: waits a second, for a page that has to be in one order with those before it.
   */
  async of(
    candidates: readonly Candidate[],
    at: readonly At[],
    patient: boolean,
    signal: AbortSignal,
    why: (reason: string) => void,
  ): Promise<Usages | undefined> {
    const generations = new Map(at.map(({ source, generation }) => [source, generation]));
    const key = (id: string) => `${generations.get(sourceOfNode(id))} ${id}`;
    const ids = new Map<Candidate, string>();
    const usages = new Map<string, Usage>();
    const missing = new Set<string>();
    for (const candidate of candidates) {
      const { source, path, symbol, lexicalRank, vectorRank } = candidate;
      if (symbol === undefined || !(isFirst(lexicalRank) || isFirst(vectorRank))) continue;
      const id = definitionId(source, path, "", symbol);
      const known = this.#kept.get(key(id));
      ids.set(candidate, id);
      if (known === undefined) missing.add(id);
      else usages.set(id, known);
    }
    if (missing.size > 0) {
      const asked = [...missing];
      const asking = this.#store.usage(at, asked, AbortSignal.timeout(lateMs)).then((counted) => {
        for (const [place, id] of asked.entries()) {
          usages.set(id, counted[place]!);
          this.#keep(key(id), counted[place]!);
        }
      });
      const waited = patient ? lateMs : budgetMs;
      const outcome = await inTime(asking, waited, this.#clock, signal);
      if (outcome !== "done") {
        const said = outcome === "late" ? `did not answer within ${waited} ms` : "did not answer";
        why(`the graph ${said}: hits are ranked without what uses and tests them`);
        return undefined;
      }
    }
    return new Map([...ids].map(([candidate, id]) => [candidate, usages.get(id)!]));
  }

  #keep(key: string, usage: Usage): void {
    if (this.#kept.size >= mostKept) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, usage);
  }
}

function isFirst(rank: number): boolean {
  return rank > 0 && rank <= ranksAsked;
}
