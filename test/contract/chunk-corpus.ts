import { createHash } from "node:crypto";
import * as assert from "uvu/assert";
import type { FileRecord } from "../../src/domain/mod.ts";
import type { ChunkFilter, ChunkIndex, ChunkQuery, IndexTotals } from "../../src/ports/mod.ts";
import { putChunks, type WritableChunk } from "../support/put-chunks.ts";

/** The embedder that the contract's vectors pretend to come from: open the index for it. */
export const contractDimensions = 32;
export const contractFingerprint = "contract-32-v1";

export const never: AbortSignal = new AbortController().signal;

export const noFilter: ChunkFilter = {
  artifactTypes: [],
  languages: [],
  pathPrefixes: [],
  pathGlobs: [],
  subsystems: [],
  tags: [],
  symbolKinds: [],
  updatedAfter: 0,
};

const plainQuery: Omit<ChunkQuery, "at"> = {
  filter: noFilter,
  terms: [],
  tuning: {
    k1: 1.2,
    fields: {
      body: { weight: 1, b: 0.75 },
      path: { weight: 4, b: 0.4 },
      symbol: { weight: 2, b: 0.3 },
      context: { weight: 0.5, b: 0.6 },
      doc: { weight: 0.5, b: 0 },
    },
  },
  vector: undefined,
  offset: 0,
  limit: 100,
};

export function query(source: string, generation: number, asked: Partial<ChunkQuery> = {}): ChunkQuery {
  return { ...plainQuery, at: [{ source, generation }], ...asked };
}

export function words(...terms: string[]): ChunkQuery["terms"] {
  return terms.map((term) => ({ term, weight: 1 }));
}

function hex(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}

/** A unit vector that follows from the seed. */
export function vectorOf(seed: string): Float32Array {
  const bytes = createHash("sha256").update(seed).digest();
  const vector = Float32Array.from({ length: contractDimensions }, (_, at) => (bytes[at % 32] as number) - 127.5);
  const length = Math.hypot(...vector);
  return vector.map((component) => component / length);
}

export function record(path: string, facts: Partial<FileRecord> = {}): FileRecord {
  return {
    path,
    contentId: hex(path),
    artifactType: "code",
    language: "typescript",
    subsystem: "",
    tags: [],
    commit: "",
    updatedAt: 0,
    coverageClass: "indexed",
    reason: "",
    size: 100,
    lines: 10,
    linesIndexed: 10,
    notIndexed: [],
    redacted: [],
    chunks: 0,
    ...facts,
  };
}

export interface SampleFile {
  readonly path: string;
  readonly texts: readonly string[];
  readonly facts?: Partial<FileRecord>;
  readonly chunk?: Partial<WritableChunk>;
}

export function chunksOf(source: string, { path, texts, chunk }: SampleFile): WritableChunk[] {
  return texts.map((text, at) => ({
    chunkId: hex(source, path, text, String(texts.slice(0, at).filter((other) => other === text).length)),
    textHash: hex(text),
    lines: { start: at * 10 + 1, end: at * 10 + 10 },
    text,
    symbol: undefined,
    defines: [],
    kinds: [],
    context: "",
    doc: "",
    vector: vectorOf(text),
    ...chunk,
  }));
}

/** Writes files as one generation. */
export async function write(
  index: ChunkIndex,
  source: string,
  base: number,
  next: number,
  files: readonly SampleFile[],
  removed: readonly string[] = [],
): Promise<IndexTotals> {
  const writer = await index.begin(source, base, next, contractFingerprint, never);
  for (const path of removed) await writer.remove(path, never);
  for (const file of files) {
    const chunks = chunksOf(source, file);
    await putChunks(writer, record(file.path, { chunks: chunks.length, ...file.facts }), chunks, [], never);
  }
  const totals = await writer.commit(never);
  const { latest: _, ...counted } = await index.count({ source, generation: next }, never);
  assert.equal(totals, counted, "what a commit says it holds is there");
  return totals;
}

/** Texts of what a query finds, best first. */
export async function textsFound(index: ChunkIndex, asked: ChunkQuery): Promise<string[]> {
  const { candidates } = await index.search(asked, never);
  const ids = candidates.map(({ chunkId }) => chunkId);
  return (await index.passages(asked.at, ids, never)).map(({ text }) => text);
}

/** Small integers that follow from a seed: the suites must not differ from run to run. */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
