import type { Source } from "../../ports/mod.ts";
import { lacksGraph } from "./graph/lacks-graph.ts";
import { headUnchanged } from "./head-gate.ts";
import type { IngestParts } from "./ingest-parts.ts";
import type { Rules } from "./ingest-settings.ts";
import type { KeptBetweenRuns } from "./kept-between-runs.ts";
import { planSome } from "./plan-some.ts";

/**
 * Whether a run over some paths, or (undefined) over all, would find nothing. What was looked at for it is left for that run. Where these paths
 * alone can't tell, HEAD and the whole tree are looked at.
 */
export async function unchangedAt(
  parts: IngestParts,
  source: Source,
  rules: Rules,
  kept: KeptBetweenRuns,
  paths: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { state } = parts;
  const base = state.revisions.served().find((revision) => revision.source === source.name);
  const ground = kept.scopes.get(source.name);
  const whole = () => headUnchanged(parts, source, rules, signal);
  if (paths === undefined || base === undefined || ground === undefined) return whole();
  // What failed, here or in another process, is tried again with a look at everything.
  const [last] = await state.jobs.runs({ sources: [source.name], states: ["succeeded", "failed"] }, "", 1, signal);
  if (last?.state === "failed" || (await lacksGraph(parts.graph, base, signal))) {
    kept.scopes.take(source.name);
    return whole();
  }
  const plan = await planSome({ parts, source, rules, kept, base, ground }, paths, signal);
  if (plan === undefined) return whole();
  const { some, changes } = plan;
  const unchanged = changes.length === 0 && some.head.dirty === base.dirty;
  const next = { ...ground, mark: some.mark };
  kept.scopes.replace(source.name, ground, unchanged ? next : { ...next, looked: { paths, some } });
  if (unchanged) kept.classifiers.moved(source.name, some);
  return unchanged;
}
