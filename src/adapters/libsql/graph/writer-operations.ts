import type { PackedFacts } from "../../../domain/graph/mod.ts";
import type { FaultMessage, Named } from "../thread/mod.ts";
import type { PackedContribution } from "./packed-contribution.ts";

/** Which open writer a call belongs to. */
export interface WriterKey {
  readonly source: string;
  readonly generation: number;
}

/** One change, in the order asked. */
export type Change =
  | { readonly kind: "stage"; readonly path: string; readonly facts: PackedFacts }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "put"; readonly path: string; readonly packed: PackedContribution };

/** What kept changes from being made, by their place in the list. */
export type ChangeFaults = readonly (readonly [at: number, fault: FaultMessage])[];

export interface SweepStep {
  readonly deleted: number;
  readonly done: boolean;
}

/** What the writing thread does. All in one queue, so a transaction is never shared by accident. */
export type WriterOperations = {
  /** Migrates. First call. */
  open: (argument: null) => void;
  /** Returns the generation it stands on: the base, or what was committed last when it starts from nothing. */
  begin: (argument: WriterKey & { readonly base: number }) => Promise<number>;
  change: (argument: WriterKey & { readonly changes: readonly Change[] }) => ChangeFaults;
  /** Facts as their row has them, by path. */
  facts: (
    argument: WriterKey & { readonly paths: readonly string[] },
  ) => (readonly [path: string, facts: PackedFacts])[];
  outlines: (
    argument: WriterKey & { readonly paths: readonly string[] },
  ) => (readonly [path: string, outline: string])[];
  paths: (argument: WriterKey & { readonly afterPath: string; readonly limit: number }) => string[];
  mentioning: (argument: WriterKey & { readonly names: readonly string[] }) => string[];
  defining: (argument: WriterKey & { readonly names: readonly string[] }) => (readonly [string, readonly string[]])[];
  commit: (argument: WriterKey) => void;
  abort: (argument: WriterKey & { readonly base: number }) => Promise<void>;
  sweep: (argument: { readonly source: string; readonly oldest: number }) => SweepStep;
  close: (argument: null) => void;
};

export const writerNames: Named<WriterOperations> = {
  open: true,
  begin: true,
  change: true,
  facts: true,
  outlines: true,
  paths: true,
  mentioning: true,
  defining: true,
  commit: true,
  abort: true,
  sweep: true,
  close: true,
};
