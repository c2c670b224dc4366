import type { FileRecord, PackedChunks } from "../../../domain/mod.ts";
import type { IndexTotals } from "../../../ports/mod.ts";
import type { FaultMessage, Named } from "../thread/mod.ts";

/** Which open writer a call belongs to. */
export interface WriterKey {
  readonly source: string;
  readonly generation: number;
}

export interface BeginArgument extends WriterKey {
  readonly base: number;
  readonly fingerprint: string;
}

/** One file. */
export interface PutArgument {
  readonly file: FileRecord;
  readonly chunks: PackedChunks;
  /** Text hashes of the vectors that come with it, which stand in `vectors` one after another. */
  readonly fresh: readonly string[];
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly dimensions: number;
}

export interface PutAllArgument extends WriterKey {
  readonly puts: readonly PutArgument[];
}

/** What kept files from being written, by their place in the list. */
export type PutFaults = readonly (readonly [at: number, fault: FaultMessage])[];

export interface SweepStep {
  readonly chunks: number;
  readonly done: boolean;
}

/** What the writer thread does. All in one queue, so a transaction is never shared by accident. */
export type WriterOperations = {
  /** Migrates; resolves with nothing. First call. */
  open: (argument: null) => void;
  /** Returns the generation it stands on: the base, or what was committed last when it starts from nothing. */
  begin: (argument: BeginArgument) => Promise<number>;
  known: (argument: WriterKey & { readonly textHashes: readonly string[] }) => string[];
  put: (argument: PutAllArgument) => PutFaults;
  touch: (argument: WriterKey & { readonly file: FileRecord }) => void;
  remove: (argument: WriterKey & { readonly path: string }) => void;
  commit: (argument: WriterKey, signal: AbortSignal) => Promise<IndexTotals>;
  abort: (argument: WriterKey & { readonly base: number }) => Promise<void>;
  sweep: (argument: { readonly source: string; readonly oldest: number }) => SweepStep;
  close: (argument: null) => void;
};

export const writerNames: Named<WriterOperations> = {
  open: true,
  begin: true,
  known: true,
  put: true,
  touch: true,
  remove: true,
  commit: true,
  abort: true,
  sweep: true,
  close: true,
};
