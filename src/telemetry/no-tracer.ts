import type { Span, Tracer } from "../ports/mod.ts";

const silent: Span = { attribute() {} };

/** Tracing off: the work runs, and nothing else happens. */
export const noTracer: Tracer = { span: (_name, _fields, work) => work(silent) };
