import type { Candidate } from "../../../ports/mod.ts";

/** `contribution` is `value × weight`; a prior's weight is the relevance it takes its share of. */
export interface Part {
  readonly name: string;
  readonly value: number;
  readonly weight: number;
  readonly contribution: number;
}

export interface Ranked {
  readonly candidate: Candidate;
  /** Names its file among those of all sources. */
  readonly file: string;
  /** The sum of the parts' contributions, in their order. */
  readonly score: number;
  readonly parts: readonly Part[];
}

/** A passage before it is explained. */
export interface Scored extends Pick<Ranked, "candidate" | "file" | "score"> {
  /** What the file's other passages come to. */
  readonly siblings: number;
  /** What its place among others did to its score. */
  readonly adjusted: readonly Part[];
}

export function part(name: string, value: number, weight: number): Part {
  return { name, value, weight, contribution: value * weight };
}

export function total(parts: readonly Part[]): number {
  let sum = 0;
  for (const { contribution } of parts) sum += contribution;
  return sum;
}

export function fileOf(candidate: Candidate): string {
  return `${candidate.source}\n${candidate.path}`;
}
