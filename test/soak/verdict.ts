import type { Sample } from "./sampler.ts";
import type { Count } from "./tally.ts";

/** One thing that a run had to show. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly says: string;
}

export interface Run {
  readonly samples: readonly Sample[];
  readonly counts: readonly Count[];
  /** Before any load, and after it was gone. */
  readonly restBefore: Sample;
  readonly restAfter: Sample;
  /** Chunks that the runs of all those commits left, and those of a full run after them. */
  readonly chunks: { readonly incremental: number; readonly full: number };
  readonly exitCode: number | null;
}

/**
 * The first part of a run warms up: threads start, caches fill to their bounds, code is compiled, and allocators keep
 * what the first ingests freed. A third of the run, five minutes at most.
 */
const warmUpShare = 1 / 3;
const longestWarmUpSeconds = 300;
/**
 * How much memory may climb over the measured part, by its slope, as a share of the median: a leak of one part in ten
 * in ten minutes would show in a day, and collections swing a heap that much within a minute.
 */
const climbShare = 0.1;
/** And in a run of few minutes, when a tenth is less than one collection's swing, MB. */
const climbLeastMb = 48;
/** Descriptors that may be more at the end: connections come and go with the load's own callers. */
const descriptorsMore = 8;
/** Fewer generation switches than this have shown nothing about switching; a run of a minute has time for one. */
const fewestSwitches = 3;

export function judge(run: Run): readonly Finding[] {
  const { samples, counts, restBefore, restAfter, chunks, exitCode } = run;
  const last = samples.at(-1)?.seconds ?? 0;
  const from = Math.min(last * warmUpShare, longestWarmUpSeconds);
  const measured = samples.filter(({ seconds }) => seconds >= from);
  const minutes = (last - from) / 60;
  const unexpected = counts.filter(({ expected }) => !expected);
  const switches = samples.at(-1)?.switches ?? 0;
  const missing = idle(counts);
  return [
    flat("resident memory", measured, ({ residentMb }) => residentMb, minutes),
    flat("heap of the main thread", measured, ({ heapMb }) => heapMb, minutes),
    {
      what: "descriptors are flat",
      ok:
        !(slope(measured, ({ descriptors }) => descriptors) * minutes * 60 > descriptorsMore) &&
        !(restAfter.descriptors > restBefore.descriptors + descriptorsMore),
      says: `${restBefore.descriptors} before the load, ${most(samples, "descriptors")} at most, ${restAfter.descriptors} after it`,
    },
    {
      what: "every status was one that the call may end with",
      ok: unexpected.length === 0 && missing.length === 0,
      says:
        [
          ...unexpected.map(({ kind, status, calls, example }) => `${calls} × ${kind} ${status} (${example})`),
          ...missing.map((kind) => `${kind}: no call`),
        ].join("; ") || `${counts.reduce((sum, { calls }) => sum + calls, 0)} calls`,
    },
    {
      what: "generations were switched throughout",
      ok:
        switches >= Math.min(fewestSwitches, Math.max(1, Math.floor(last / 60))) && chunks.incremental === chunks.full,
      says: `${switches} switches; ${chunks.incremental} chunks by them, ${chunks.full} by a full run after them`,
    },
    { what: "it stopped as it should", ok: exitCode === 0, says: `exit code ${exitCode}` },
  ];
}

/** Kinds that a run has and that never called are a fault of the run. */
function idle(counts: readonly Count[]): readonly string[] {
  const seen = new Set(counts.map(({ kind }) => kind));
  return ["search", "graph", "cancelled", "slow reader", "wrong token", "expired token", "ingest"].filter(
    (kind) => ![...seen].some((name) => name.startsWith(kind)),
  );
}

function flat(name: string, samples: readonly Sample[], of: (sample: Sample) => number, minutes: number): Finding {
  const perMinute = slope(samples, of) * 60;
  const typical = middle(samples.map(of));
  const bound = Math.max(typical * climbShare, climbLeastMb);
  const climb = perMinute * minutes;
  return {
    what: `${name} is flat`,
    // Not a number where a runtime tells none: nothing is claimed then.
    ok: !(climb > bound),
    says:
      `${typical.toFixed(0)} MB in the middle, ${perMinute.toFixed(2)} MB a minute over the last ` +
      `${minutes.toFixed(1)} minutes: ${climb.toFixed(1)} MB, of ${bound.toFixed(0)} that may be`,
  };
}

/**
 * A second's change: the median of the slopes of all pairs of samples (Theil 1950, Sen 1968), which single collections
 * and spikes do not move.
 */
export function slope(samples: readonly Sample[], of: (sample: Sample) => number): number {
  // Some three hundred samples make enough pairs; more only take longer.
  const step = Math.max(1, Math.floor(samples.length / 300));
  const few = samples.filter((_, at) => at % step === 0);
  const slopes: number[] = [];
  for (const [at, a] of few.entries()) {
    for (const b of few.slice(at + 1)) slopes.push((of(b) - of(a)) / (b.seconds - a.seconds));
  }
  return slopes.length === 0 ? 0 : middle(slopes);
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function most(samples: readonly Sample[], field: "descriptors"): number {
  return Math.max(...samples.map((sample) => sample[field]));
}
