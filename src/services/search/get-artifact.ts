import { chooseRevisions, Fault, type LineRange, type Principal, type Revision, shareLines } from "../../domain/mod.ts";
import type { StoredFile } from "../../ports/mod.ts";
import type { ArtifactAsk } from "./query/request.ts";
import { type ArtifactText, artifactLines } from "./reply/artifact-lines.ts";
import type { SearchPorts } from "./search.ts";

export interface ArtifactAnswer extends ArtifactText {
  readonly source: string;
  readonly stored: StoredFile;
  readonly revision: Revision;
  readonly warnings: readonly string[];
}

/** Symbols or chunks of one reply; a file with more is asked for by lines. */
export const listLimit = 20_000;

function notFound(ask: ArtifactAsk, why: string): Fault {
  return new Fault("not-found", `no indexed file '${ask.path}' in source '${ask.source}'${why}`, {
    reason: "ARTIFACT_NOT_FOUND",
    metadata: { source: ask.source, path: ask.path },
  });
}

/** @throws Fault not-found for what is not there, not indexed or not visible; invalid for lines outside the file. */
export async function getArtifact(
  ask: ArtifactAsk,
  principal: Principal,
  { index, state, sources }: SearchPorts,
  signal: AbortSignal,
): Promise<ArtifactAnswer> {
  const names = sources.all().map(({ name }) => name);
  const choice = chooseRevisions([ask.source], ask.minGeneration, principal, state.revisions.served(), names);
  const [revision] = choice.revisions;
  if (!revision) throw notFound(ask, ": the source has no index yet");
  const at = { source: revision.source, generation: revision.generation };
  const { lines: asked } = ask;
  const wanted = asked && { start: asked.start, end: asked.end === 0 ? Number.MAX_SAFE_INTEGER : asked.end };
  const whole = await index.file(at, ask.path, signal, wanted);
  if (!whole) throw notFound(ask, "");
  const { coverageClass, reason, lines } = whole.file;
  if (coverageClass === "skipped" || coverageClass === "excluded") throw notFound(ask, `: ${coverageClass}, ${reason}`);

  const text = artifactLines(whole.chunks, lines, ask.lines);
  const shown = text.lines;
  const overlaps = (range: LineRange) => shown !== undefined && shareLines(range, shown);
  const stored: StoredFile = {
    file: { ...whole.file, redacted: whole.file.redacted.filter(overlaps) },
    chunks: whole.chunks.filter((chunk) => overlaps(chunk.lines)).slice(0, listLimit),
    symbols: whole.symbols.filter((symbol) => overlaps(symbol.lines)).slice(0, listLimit),
  };
  const warnings: string[] = [];
  if (text.truncated) warnings.push(`cut after line ${shown?.end} of ${lines}: ask for the rest by lines`);
  if (text.missing > 0) warnings.push(`${text.missing} line(s) are not in the index and come back blank`);
  if (stored.symbols.length === listLimit || stored.chunks.length === listLimit) {
    warnings.push(`only the first ${listLimit} symbols and passages are listed: ask for fewer lines`);
  }
  return { ...text, source: revision.source, stored, revision, warnings };
}
