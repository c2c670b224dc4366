/** Structured facts of a log line, a metric or a span. Never secrets, never whole file contents. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
  /** A logger that adds these fields to every line. */
  with(fields: Fields): Log;
}

/** Labels are fixed by the metric's declaration; an undeclared label is a programming error and throws. */
export type Labels = Readonly<Record<string, string>>;

/** Names are those of `docs/metrics.md`; an undeclared name throws. */
export interface Meter {
  add(name: string, labels: Labels, by?: number): void;
  set(name: string, labels: Labels, value: number): void;
  /** Seconds for names that end in `_seconds`. */
  observe(name: string, labels: Labels, value: number): void;
}

export interface Span {
  attribute(key: string, value: string | number | boolean): void;
}

export interface Tracer {
  /** Runs `work` inside a span; its error is recorded and thrown on. */
  span<T>(name: string, fields: Fields, work: (span: Span) => Promise<T>): Promise<T>;
  /** The span that the caller runs in; missing where tracing is off. */
  readonly current?: () => { readonly traceId: string; readonly spanId: string } | undefined;
  /** What a request to another program carries so that its spans join the caller's; missing where tracing is off. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

export interface Telemetry {
  readonly log: Log;
  readonly meter: Meter;
  readonly tracer: Tracer;
}
