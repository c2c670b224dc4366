import process from "node:process";
import { Writable } from "node:stream";
import { type Logger, pino } from "pino";
import { PinoPretty } from "pino-pretty";
import type { Fields, Log, Tracer } from "../ports/mod.ts";
import { redacted, type Scrub } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LoggerOptions {
  readonly format: "json" | "pretty";
  readonly level: LogLevel;
  readonly scrub: Scrub;
  /** Ids of the trace that a line is written in; undefined: tracing is off. */
  readonly trace?: Tracer["current"] | undefined;
  /** Where lines go instead of standard output: tests. */
  readonly write: ((line: string) => void) | undefined;
}

export interface OpenLog {
  readonly log: Log;
  /** Writes what is still buffered. */
  flush(): void;
}

/** Lines are written together, so many bytes or so long at most: a write of its own costs more than a line. */
const batchBytes = 8_192;
const batchMs = 20;
/**
 * The level stands first. These lines may be a process's last, and are written at once; refused calls warn too, as
 * many as somebody cares to make.
 */
const urgent = /^\{"level":"error"/;

/** Names that the line itself uses: a field of that name would be a second key in the same object. */
const taken = new Set(["level", "time", "msg"]);

export function openLog(options: LoggerOptions): OpenLog {
  const { destination, flush } = destinationOf(options);
  const root = pino(
    {
      level: options.level,
      base: null,
      ...(options.trace ? { mixin: mixinOf(options.trace) } : {}),
      serializers: { err: (value) => value }, // ours is serialised already, secrets removed
      timestamp: isoTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return { log: logOver(root, options.scrub), flush };
}

/** `,"time":"2026-01-31T09:30:00.123Z"`, formatted once a millisecond: a busy server writes several lines in one. */
function isoTime(): () => string {
  let at = Number.NaN;
  let text = "";
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

function mixinOf(trace: NonNullable<Tracer["current"]>): () => object {
  return () => {
    const ids = trace();
    return ids ? { trace_id: ids.traceId, span_id: ids.spanId } : {};
  };
}

function destinationOf({ format, write }: LoggerOptions): {
  destination: { write(line: string): void };
  flush(): void;
} {
  const sink = write && { write };
  if (format === "pretty") {
    const pretty = PinoPretty({
      sync: true,
      colorize: write === undefined && process.stdout.isTTY === true,
      ignore: "pid,hostname",
      ...(write
        ? {
            destination: new Writable({
              decodeStrings: false,
              write: (line, _, done) => done(void write(String(line))),
            }),
          }
        : { destination: 1 }),
    });
    return { destination: pretty, flush: () => {} };
  }
  if (sink) return { destination: sink, flush: () => {} };
  // Asynchronous, so that a slow reader of the log never holds the event loop; flushed when the process exits.
  const standard = pino.destination({ dest: 1, sync: false, minLength: batchBytes, maxLength: 16 * 1_048_576 });
  let due: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    const timer = setTimeout(() => {
      due = undefined;
      standard.flush();
    }, batchMs);
    timer.unref(); // a program that ends by itself writes the rest as it exits
    return timer;
  };
  return {
    destination: {
      write(line) {
        standard.write(line);
        if (urgent.test(line)) standard.flush();
        else if (due === undefined) due = later();
      },
    },
    flush: () => standard.flushSync(),
  };
}

function logOver(logger: Logger, scrub: Scrub): Log {
  const line = (level: "debug" | "info" | "warn" | "error") => (fields: Fields, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level](clean(fields, scrub), scrub(message));
  };
  return {
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    with: (fields) => logOver(logger.child(clean(fields, scrub)), scrub),
  };
}

function clean(fields: Fields, scrub: Scrub): Record<string, unknown> {
  const copy = redacted(fields, scrub);
  for (const name of taken) {
    if (!(name in copy)) continue;
    copy[`${name}_`] = copy[name];
    delete copy[name];
  }
  return copy;
}
