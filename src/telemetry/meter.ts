import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Labels, Meter } from "../ports/mod.ts";
import type { LabelValues, MetricDeclaration } from "./metric-table.ts";

/** Names a label value may have: anything else is someone else's text in our metrics. */
const plain = /^[\w./:@+ -]{0,120}$/;
const other = "other";

type Instrument = Counter<string> | Gauge<string> | Histogram<string>;

/** Series that exist from the start, so that a rate over them is defined before the first event. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

export interface DeclaredMeter extends Meter {
  /** Starts the series of values that became known later, such as a new source's; those that are there stay as they are. */
  begin(known: KnownValues): void;
}

/**
 * A meter over a registry of our own. An undeclared name, or labels other than the declared ones, throw: they are
 * programming errors. A label value beyond the declared bound is counted as "other".
 *
 * @param known values of open labels, such as the configured sources, whose counters start at zero
 */
export function openMeter(
  declared: readonly MetricDeclaration[],
  registry: Registry,
  known: KnownValues,
): DeclaredMeter {
  const metrics = new Map(declared.map((d) => [d.name, new DeclaredMetric(d, registry)]));
  const begin = (values: KnownValues): void => {
    for (const metric of metrics.values()) metric.begin(values);
  };
  begin(known);
  const find = (name: string): DeclaredMetric => {
    const metric = metrics.get(name);
    if (!metric) throw new Error(`no metric is declared with the name '${name}'; see docs/metrics.md`);
    return metric;
  };
  return {
    begin,
    add: (name, labels, by = 1) => find(name).counter().inc(find(name).bounded(labels), by),
    set: (name, labels, value) => find(name).gauge().set(find(name).bounded(labels), value),
    observe: (name, labels, value) => find(name).histogram().observe(find(name).bounded(labels), value),
  };
}

class DeclaredMetric {
  readonly #declared: MetricDeclaration;
  readonly #instrument: Instrument;
  readonly #labels: readonly (readonly [string, LabelValues, Set<string>])[];
  readonly #begun = new Set<string>();

  constructor(declared: MetricDeclaration, registry: Registry) {
    this.#declared = declared;
    this.#labels = Object.entries(declared.labels).map(([name, values]) => [name, values, new Set<string>()]);
    this.#instrument = instrument(declared, registry);
  }

  begin(known: KnownValues): void {
    for (const labels of initialSeries(this.#declared, known)) {
      const key = JSON.stringify(labels);
      // Only once: to begin a histogram's series anew would take back what it observed.
      if (!this.#begun.has(key)) this.#start(this.bounded(labels));
      this.#begun.add(key);
    }
  }

  counter(): Counter<string> {
    if (this.#instrument instanceof Counter) return this.#instrument;
    throw this.#misused("add");
  }

  gauge(): Gauge<string> {
    if (this.#instrument instanceof Gauge) return this.#instrument;
    throw this.#misused("set");
  }

  histogram(): Histogram<string> {
    if (this.#instrument instanceof Histogram) return this.#instrument;
    throw this.#misused("observe");
  }

  bounded(given: Labels): Record<string, string> {
    const { name } = this.#declared;
    const result: Record<string, string> = {};
    for (const [label, values, seen] of this.#labels) {
      const value = given[label];
      if (value === undefined) throw new Error(`metric '${name}' needs the label '${label}'`);
      result[label] = within(value, values, seen) ? value : other;
    }
    if (Object.keys(given).length !== this.#labels.length) {
      const strange = Object.keys(given).filter((label) => !(label in result));
      throw new Error(`metric '${name}' has no label '${strange.join("', '")}'`);
    }
    return result;
  }

  /** Gauges start when something is known: a zero would be a claim. */
  #start(labels: Record<string, string>): void {
    if (this.#instrument instanceof Counter) this.#instrument.inc(labels, 0);
    if (this.#instrument instanceof Histogram) this.#instrument.zero(labels);
  }

  #misused(verb: string): Error {
    return new Error(`metric '${this.#declared.name}' is a ${this.#declared.type}: ${verb}() is not for it`);
  }
}

function instrument(declared: MetricDeclaration, registry: Registry): Instrument {
  const common = { name: declared.name, help: declared.help, labelNames: Object.keys(declared.labels) };
  const registers = [registry];
  if (declared.type === "counter") return new Counter({ ...common, registers });
  if (declared.type === "gauge") return new Gauge({ ...common, registers });
  return new Histogram({ ...common, registers, buckets: [...declared.buckets] });
}

function within(value: string, values: LabelValues, seen: Set<string>): boolean {
  if (!("atMost" in values)) return values.includes(value);
  if (seen.has(value)) return true;
  if (seen.size >= values.atMost || !plain.test(value)) return false;
  seen.add(value);
  return true;
}

/** Every combination of values that are known before anything happened; none when some label's are not. */
function initialSeries(declared: MetricDeclaration, known: KnownValues): Record<string, string>[] {
  let series: Record<string, string>[] = [{}];
  for (const [label, values] of Object.entries(declared.labels)) {
    const names = "atMost" in values ? (values.atFirst ?? known[label] ?? []) : values;
    series = series.flatMap((labels) => names.map((name) => ({ ...labels, [label]: name })));
  }
  return series;
}
