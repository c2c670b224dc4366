import {
  Fault,
  type Feedback,
  type FeedbackHit,
  type FeedbackVote,
  invalid,
  type Principal,
} from "../../domain/mod.ts";
import type { Clock, FeedbackStore } from "../../ports/mod.ts";
import type { SearchAsk } from "./query/request.ts";
import type { Ranked } from "./rank/ranked.ts";
import type { SearchAnswer } from "./search.ts";

/** Feedback as the handler works on it. */
export interface FeedbackAsk {
  readonly searchRequestId: string;
  /** "": the search as a whole. */
  readonly chunkId: string;
  readonly vote: FeedbackVote;
  readonly note: string;
}

/** Of a page what a vote may be about; its texts are not held on to. */
interface Remembered {
  readonly asked: Pick<SearchAsk, "query" | "mode" | "profile">;
  readonly hits: readonly Pick<Ranked, "candidate" | "score" | "parts">[];
}

/** Pages that feedback may name: an agent votes within minutes. Some 5 MB when all are full. */
const mostRemembered = 1_000;

/** Remembers the pages that were answered lately, so that a vote says what it is about. */
export class RecentSearches {
  readonly #pages = new Map<string, Remembered>();

  add({ searchRequestId, hits }: SearchAnswer, ask: SearchAsk, { tokenId }: Principal): void {
    const { query, mode, profile } = ask;
    const page = { asked: { query, mode, profile }, hits: hits.map(({ ranked }) => ranked) };
    this.#pages.set(`${tokenId}\n${searchRequestId}`, page);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= mostRemembered) break;
      this.#pages.delete(oldest);
    }
  }

  /** Only of the token that searched: what others asked and found is not even admitted. */
  of(searchRequestId: string, { tokenId }: Principal): Remembered | undefined {
    return this.#pages.get(`${tokenId}\n${searchRequestId}`);
  }
}

/** @throws Fault not-found for a search that isn't the caller's or is long past, invalid for a hit it didn't have */
export async function submitFeedback(
  ask: FeedbackAsk,
  principal: Principal,
  recent: RecentSearches,
  { feedback, clock }: { readonly feedback?: FeedbackStore; readonly clock: Pick<Clock, "now"> },
  signal: AbortSignal,
): Promise<void> {
  if (feedback === undefined) throw new Fault("unimplemented", "feedback is not kept here; nothing was recorded");
  const { searchRequestId, vote, note, chunkId } = ask;
  const search = recent.of(searchRequestId, principal);
  if (search === undefined) {
    throw new Fault("not-found", "no recent search of yours has this id; vote soon after searching", {
      reason: "SEARCH_NOT_FOUND",
    });
  }
  const said = { at: clock.now(), tokenId: principal.tokenId, searchRequestId, ...search.asked, vote, note };
  const record: Feedback = chunkId === "" ? said : { ...said, hit: hitOf(search.hits, chunkId) };
  await feedback.add(record, signal);
}

function hitOf(hits: Remembered["hits"], chunkId: string): FeedbackHit {
  const place = hits.findIndex(({ candidate }) => candidate.chunkId === chunkId);
  const hit = hits[place];
  if (hit === undefined) throw invalid("chunk_id", "is none of that search's hits; leave it empty for the whole page");
  const { candidate, score, parts } = hit;
  const { source, path, lines } = candidate;
  const signals: Record<string, number> = {};
  for (const { name, contribution } of parts) signals[name] = (signals[name] ?? 0) + contribution;
  return { chunkId, source, path, lines, rank: place + 1, score, signals };
}
