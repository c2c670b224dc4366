import type { LineRange } from "./artifact.ts";

export const votes = ["helpful", "unhelpful"] as const;
export type FeedbackVote = (typeof votes)[number];

/** What a caller said of a search or of one of its hits, with what is needed to learn from it. */
export interface Feedback {
  /** Unix ms. */
  readonly at: number;
  readonly tokenId: string;
  readonly searchRequestId: string;
  readonly query: string;
  readonly mode: string;
  readonly profile: string;
  readonly vote: FeedbackVote;
  /** "" for none. */
  readonly note: string;
  /** Absent when the search as a whole is meant. */
  readonly hit?: FeedbackHit;
}

export interface FeedbackHit {
  readonly chunkId: string;
  readonly source: string;
  readonly path: string;
  readonly lines: LineRange;
  /** 1-based, in the page it was on. */
  readonly rank: number;
  readonly score: number;
  /** What each signal added or took. */
  readonly signals: Readonly<Record<string, number>>;
}
