import type { Source } from "../../ports/mod.ts";
import { lacksGraph } from "./graph/lacks-graph.ts";
import { fingerprintOf, type IngestParts } from "./ingest-parts.ts";
import type { Rules } from "./ingest-settings.ts";
import { settingsKey } from "./settings-key.ts";

/**
 * Whether a run would find nothing: what is served was read from a clean tree at this commit, under the same
 * settings and embedder, and no run has failed since. One look at HEAD, no listing. "No" whenever it can't be told.
 */
export async function headUnchanged(
  parts: IngestParts,
  source: Source,
  rules: Rules,
  signal: AbortSignal,
): Promise<boolean> {
  const { state } = parts;
  const served = state.revisions.served().find((revision) => revision.source === source.name);
  if (served === undefined || served.commit === "" || served.dirty) return false;
  if (served.fingerprint !== fingerprintOf(parts)) return false;
  if (!served.configuration.startsWith(settingsKey(source, rules))) return false;
  // What failed is tried again, whatever HEAD says.
  const [last] = await state.jobs.runs({ sources: [source.name], states: ["succeeded", "failed"] }, "", 1, signal);
  if (last?.state === "failed") return false;
  if (await lacksGraph(parts.graph, served, signal)) return false;
  const head = await source.head(signal);
  return head.commit === served.commit && !head.dirty && !head.rulesChanged;
}
