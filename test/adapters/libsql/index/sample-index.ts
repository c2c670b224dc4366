import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LibsqlIndex, openLibsqlIndex } from "../../../../src/adapters/libsql/index/mod.ts";
import type { At, FileRecord } from "../../../../src/domain/mod.ts";
import { termsOf } from "../../../../src/domain/text/mod.ts";
import type { ChunkIndex, ChunkMatches } from "../../../../src/ports/mod.ts";
import { putChunks, type WritableChunk } from "../../../support/put-chunks.ts";

export const dimensions = 16;
export const fingerprint = "sample-1";
export const signal = new AbortController().signal;

export function temporaryState(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "gateway-index-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const quietMeter = { add() {}, set() {}, observe() {} };

export function openSample(statePath: string): Promise<LibsqlIndex> {
  return openLibsqlIndex({ statePath, embedder: { dimensions, fingerprint }, meter: quietMeter }, signal);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** A unit vector that depends on the text alone. */
export function vectorOf(text: string): Float32Array {
  const digest = createHash("sha512").update(text).digest();
  const vector = Float32Array.from({ length: dimensions }, (_, at) => digest[at]! - 128);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

export function sampleFile(path: string, texts: readonly string[]): FileRecord {
  return {
    path,
    artifactType: "code",
    language: "typescript",
    subsystem: "",
    tags: [],
    commit: "",
    updatedAt: 1,
    contentId: hash(texts.join("\n")),
    coverageClass: "indexed",
    reason: "",
    size: texts.join("").length,
    lines: texts.length,
    linesIndexed: texts.length,
    notIndexed: [],
    redacted: [],
    chunks: texts.length,
  };
}

export function sampleChunks(source: string, path: string, texts: readonly string[]): WritableChunk[] {
  return texts.map((text, at) => ({
    chunkId: hash(`${source}\n${path}\n${at}\n${text}`),
    textHash: hash(text),
    lines: { start: at + 1, end: at + 1 },
    text,
    symbol: undefined,
    defines: [],
    kinds: [],
    context: "",
    doc: "",
    vector: vectorOf(text),
  }));
}

/** Writes one generation: the files put, and the paths removed. */
export async function write(
  index: ChunkIndex,
  source: string,
  base: number,
  next: number,
  files: Readonly<Record<string, readonly string[]>>,
  removed: readonly string[] = [],
) {
  const writer = await index.begin(source, base, next, fingerprint, signal);
  for (const [path, texts] of Object.entries(files))
    await putChunks(writer, sampleFile(path, texts), sampleChunks(source, path, texts), [], signal);
  for (const path of removed) await writer.remove(path, signal);
  return writer.commit(signal);
}

const emptyFilter = {
  artifactTypes: [],
  languages: [],
  pathPrefixes: [],
  pathGlobs: [],
  subsystems: [],
  tags: [],
  symbolKinds: [],
  updatedAfter: 0,
};
const field = { weight: 1, b: 0.75 };

export function ask(index: ChunkIndex, at: At, text: string, vector = vectorOf(text)): Promise<ChunkMatches> {
  return index.search(
    {
      at: [at],
      filter: emptyFilter,
      terms: [...termsOf(text).keys()].map((term) => ({ term, weight: 1 })),
      tuning: { k1: 1.2, fields: { body: field, path: field, symbol: field, context: field, doc: field } },
      vector,
      offset: 0,
      limit: 10,
    },
    signal,
  );
}

/** Paths whose words match, best first. */
export async function found(index: ChunkIndex, at: At, text: string, vector = vectorOf(text)): Promise<string[]> {
  const { candidates } = await ask(index, at, text, vector);
  return candidates.filter(({ lexicalRank }) => lexicalRank > 0).map(({ path }) => path);
}
