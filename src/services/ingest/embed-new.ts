import { embeddedTexts, type PackedChunks } from "../../domain/mod.ts";
import type { Embedder } from "../../ports/mod.ts";

/** Texts a call to the embedder: enough to spread its overhead, few enough to be cancelled within a second. */
const textsPerCall = 128;

/** Vectors, by hash, of the texts that are not held yet; each is embedded once. */
export async function embedNew(
  files: readonly PackedChunks[],
  isHeld: (hash: string) => boolean,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  for (const texts of inCalls(newTexts(files, isHeld))) {
    const embedded = await embedder.embed([...texts.values()], "passage", signal);
    for (const [i, hash] of [...texts.keys()].entries()) vectors.set(hash, embedded[i]!);
  }
  return vectors;
}

/** Texts to embed with their hashes, each once. */
function* newTexts(
  files: readonly PackedChunks[],
  isHeld: (hash: string) => boolean,
): Generator<readonly [hash: string, text: string]> {
  const seen = new Set<string>();
  for (const chunks of files) {
    if (chunks.textHashes.every((hash) => seen.has(hash) || isHeld(hash))) continue;
    const texts = embeddedTexts(chunks);
    for (const [i, hash] of chunks.textHashes.entries()) {
      if (seen.has(hash) || isHeld(hash)) continue;
      seen.add(hash);
      yield [hash, texts[i]!];
    }
  }
}

function* inCalls(texts: Iterable<readonly [string, string]>): Generator<ReadonlyMap<string, string>> {
  let call = new Map<string, string>();
  for (const [hash, text] of texts) {
    call.set(hash, text);
    if (call.size < textsPerCall) continue;
    yield call;
    call = new Map();
  }
  if (call.size > 0) yield call;
}
