import { packFacts } from "../../domain/graph/mod.ts";
import { packChunks } from "../../domain/mod.ts";
import type { ParsedFile, ParseInput, SkippedFile } from "../../ports/mod.ts";
import { identifyChunks } from "./identify-chunks.ts";
import type { ReadFile, SkippedReading } from "./parse-file.ts";

/** Makes a file that was read ready to be sent: little is left to clone. */
export function packFile(
  { source, path }: Pick<ParseInput, "source" | "path">,
  read: ReadFile | SkippedReading,
): ParsedFile | SkippedFile {
  if (read.skipped) {
    const { graph, ...skipped } = read;
    return graph === undefined ? skipped : { ...skipped, graph: packFacts(graph) };
  }
  const { symbols, ...file } = read;
  const chunks = packChunks(identifyChunks(source, path, read.chunks), symbols);
  return { ...file, chunks, graph: packFacts(read.graph) };
}
