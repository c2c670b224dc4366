/**
 * What prom-client keeps of a metric. Not part of its declared interface: it is pinned to a version, and a test holds the
 * text written here against the text it writes itself.
 */
interface Kept {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** Brings a metric that is measured when it is read up to date. */
  readonly collect?: () => void | Promise<void>;
  readonly hashMap: Readonly<Record<string, Series>>;
  readonly upperBounds: readonly number[];
}

interface Series {
  readonly labels?: Labels;
  readonly value?: number;
  readonly bucketValues?: Readonly<Record<number, number>>;
  readonly sum: number;
  readonly count: number;
}

/** Any prom-client registry: nice-grpc-prometheus brings a type of its own. */
interface Metrics {
  getMetricsAsArray(): readonly unknown[];
}

type Labels = Readonly<Record<string, string | number>>;

/**
 * A registry's metrics in the Prometheus text format, version 0.0.4, as `Registry.metrics` writes them, but that only
 * series that changed are written anew, and of those only the values: nearly all of a text is labels and zeros. It is
 * written on the thread that serves calls. The format has no exemplars; log lines carry trace ids instead.
 */
export class Exposition {
  readonly #registry: Metrics;
  readonly #written = new Map<string, Written[]>();

  constructor(registry: Metrics) {
    this.#registry = registry;
  }

  async text(): Promise<string> {
    return (await this.pieces()).join("");
  }

  /** The text in pieces, one a series: those that did not change are the same strings as before. */
  async pieces(): Promise<readonly string[]> {
    const metrics = this.#registry.getMetricsAsArray() as readonly Kept[];
    await Promise.all(metrics.map((metric) => metric.collect?.()));
    const pieces: string[] = [];
    for (const metric of metrics) this.#metric(metric, pieces);
    pieces.push("\n");
    return pieces;
  }

  #metric(metric: Kept, pieces: string[]): void {
    const name = escaped(metric.name);
    const gap = pieces.length === 0 ? "" : "\n\n";
    pieces.push(`${gap}# HELP ${name} ${escaped(metric.help)}\n# TYPE ${name} ${metric.type}`);
    const before = this.#written.get(metric.name) ?? [];
    // Series keep their order, so that each is found where it was; one that moved is written anew.
    const written = Object.values(metric.hashMap).map((series, place) => current(metric, name, series, before[place]));
    this.#written.set(metric.name, written);
    for (const { text } of written) pieces.push(text);
  }
}

function current(metric: Kept, name: string, series: Series, before: Written | undefined): Written {
  // Every observation counts.
  const count = series.value ?? series.count;
  if (before?.series === series && Object.is(before.count, count)) return before;
  const lines = before?.series === series ? before.lines : linesOf(metric, name, series);
  const text = textOf(metric, series, lines);
  return { series, lines, count, text };
}

/** What stands before the values of a series, a line each, and its text with the values it had. */
interface Written {
  readonly series: Series;
  readonly lines: readonly string[];
  readonly text: string;
  readonly count: number;
}

function linesOf({ upperBounds }: Kept, name: string, { labels = {}, bucketValues }: Series): string[] {
  const own = Object.entries(labels).map(([label, value]) => `${label}="${escapedValue(String(value))}"`);
  const line = (suffix: string, more: readonly string[] = []) => {
    const all = [...more, ...own];
    return `\n${name}${suffix}${all.length === 0 ? "" : `{${all.join(",")}}`} `;
  };
  if (bucketValues === undefined) return [line("")];
  const buckets = [...upperBounds, "+Inf"].map((bound) => line("_bucket", [`le="${bound}"`]));
  return [...buckets, line("_sum"), line("_count")];
}

function textOf({ upperBounds }: Kept, { value, bucketValues, sum, count }: Series, lines: readonly string[]): string {
  if (bucketValues === undefined) return lines[0]! + number(value!);
  let total = 0;
  const values = upperBounds.map((bound) => {
    total += bucketValues[bound]!;
    return String(total);
  });
  values.push(String(count), number(sum), String(count));
  return lines.map((line, at) => line + values[at]!).join("");
}

/** The format's own spelling of numbers that are none. */
function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value < 0 ? "-Inf" : "+Inf";
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapedValue(text: string): string {
  return escaped(text).replaceAll('"', '\\"');
}
