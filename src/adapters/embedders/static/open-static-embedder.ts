import { readFile } from "node:fs/promises";
import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import type { Embedder } from "../../../ports/mod.ts";
import { projectFile, spawnWorker } from "../../../runtime/mod.ts";
import { openLocalEmbedder } from "../thread/mod.ts";
import { TextEmbedder } from "./embed-text.ts";
import { parseWordTable } from "./word-table.ts";

/** Made by `infra/embedder`, which says of what. */
const tableFile = "infra/embedder/words.bin";
/** Raised whenever the same text may give another vector: with another table, other analysis, other shares. */
const version = 1;

/** @throws Fault internal when the table is missing or damaged */
export async function openStaticEmbedder(signal: AbortSignal): Promise<Embedder> {
  throwIfAborted(signal);
  const table = await sharedFile(projectFile(tableFile), signal);
  const embedder = new TextEmbedder(parseWordTable(table));
  return openLocalEmbedder({
    fingerprint: `words-and-ngrams-v${version}/${embedder.dimensions}/unit`,
    dimensions: embedder.dimensions,
    embedText: (text, out, offset) => embedder.embed(text, out, offset),
    spawn: () => spawnWorker(import.meta.url, "./embed-worker", { table }),
  });
}

/** In memory that the thread looks into as well. */
async function sharedFile(path: string, signal: AbortSignal): Promise<SharedArrayBuffer> {
  try {
    const bytes = await readFile(path, { signal });
    const shared = new SharedArrayBuffer(bytes.byteLength);
    new Uint8Array(shared).set(bytes);
    return shared;
  } catch (cause) {
    throwIfAborted(signal);
    throw new Fault("internal", `${tableFile} can't be read: install the gateway anew, or set KM_EMBEDDER=hashed`, {
      cause,
      reason: "WORD_TABLE",
    });
  }
}
