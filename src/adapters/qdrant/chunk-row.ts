import { Buffer } from "node:buffer";
import type { At, Chunk, CodeSymbol, FileRecord, LineRange, SymbolKind } from "../../domain/mod.ts";
import { fieldTerms } from "../../domain/text/mod.ts";
import type { QuantisedVector } from "../../domain/vector/mod.ts";
import { longestField } from "./bm25f.ts";
import { dense, lexical } from "./collections.ts";
import { pointId } from "./point-id.ts";
import type { NewPoint, Payload } from "./points.ts";
import { sparseDocument } from "./sparse-vector.ts";
import { encodeCounts } from "./term-counts.ts";
import { termHash } from "./term-hash.ts";

/** What a result shows of a chunk and what scores it. */
export const candidateFields = [
  ...["chunk", "source", "path", "type", "language", "subsystem", "tags", "commit", "updated"],
  ...["lines", "symbol", "defines", "context", "counts", "lengths", "code", "scale"],
] as const;

export const chunkFields = [
  ...["chunk", "hash", "lines", "text", "symbol", "defines", "kinds", "context", "doc", "ordinal"],
] as const;

/** `a/`, `a/b/` for `a/b/c.ts`: what a path prefix that names a folder is matched with. */
export function ancestors(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) folders.push(path.slice(0, at + 1));
  return folders;
}

/** A chunk as a point of a generation nobody sees yet. */
export function chunkPoint(
  { source, generation }: At,
  dead: number,
  file: FileRecord,
  chunk: Chunk,
  ordinal: number,
  vector: QuantisedVector,
): NewPoint {
  const terms = fieldTerms({ ...chunk, path: file.path });
  const hashes = terms.terms.map(termHash);
  const words = sparseDocument(terms, hashes);
  const { code, scale } = vector;
  return {
    id: pointId(source, chunk.chunkId, generation),
    vector: {
      [dense]: Array.from(code, (component) => Math.fround(component * scale)),
      // An empty sparse vector is left out: it is in no list of terms.
      ...(words.indices.length > 0 ? { [lexical]: words } : {}),
    },
    payload: {
      ...{ source, path: file.path, ancestors: ancestors(file.path), born: generation, dead },
      ...facts(file),
      kinds: [...chunk.kinds],
      chunk: chunk.chunkId,
      hash: chunk.textHash,
      terms: [...terms.terms],
      counts: encodeCounts(terms, hashes),
      lengths: Array.from(terms.lengths, (length) => Math.min(length, longestField)),
      code: Buffer.from(code.buffer, code.byteOffset, code.length).toString("base64"),
      scale,
      ordinal,
      lines: chunk.lines,
      text: chunk.text,
      symbol: chunk.symbol ?? null,
      defines: chunk.defines,
      context: chunk.context,
      doc: chunk.doc,
    },
  };
}

function facts(file: FileRecord) {
  return {
    type: file.artifactType,
    language: file.language,
    subsystem: file.subsystem,
    tags: [...file.tags],
    commit: file.commit,
    updated: file.updatedAt,
  };
}

/** Whether two records give a file's chunks the same payload. */
export function sameFacts(a: FileRecord, b: FileRecord): boolean {
  return JSON.stringify(facts(a)) === JSON.stringify(facts(b));
}

export function chunkOf(payload: Payload): Chunk {
  return {
    chunkId: payload["chunk"] as string,
    textHash: payload["hash"] as string,
    lines: payload["lines"] as LineRange,
    text: payload["text"] as string,
    symbol: (payload["symbol"] ?? undefined) as CodeSymbol | undefined,
    defines: payload["defines"] as readonly string[],
    kinds: payload["kinds"] as readonly SymbolKind[],
    context: payload["context"] as string,
    doc: payload["doc"] as string,
  };
}

export function codeOf(payload: Payload): QuantisedVector {
  const bytes = Buffer.from(payload["code"] as string, "base64");
  return { code: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), scale: payload["scale"] as number };
}
