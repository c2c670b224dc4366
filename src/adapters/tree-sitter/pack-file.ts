import { packFacts } from "../../domain/graph/mod.ts";
import { packChunks } from "../../domain/mod.ts";
import type { ParsedFile, ParseInput, SkippedFile } from "../../ports/mod.ts";
import { identifyChunks } from "./identify-chunks.ts";
import type { ReadFile } from "./parse-file.ts";

/** Makes a file that was read ready to be sent: little is left to clone. */
export function packFile(
  { source, path }: Pick<ParseInput, "source" | "path">,
  read: ReadFile | SkippedFile,
): ParsedFile | SkippedFile {
  if (read.skipped) return read;
  const { symbols, ...file } = read;
  const chunks = packChunks(identifyChunks(source, path, read.chunks), symbols);
  return { ...file, chunks, graph: packFacts(read.graph) };
}
