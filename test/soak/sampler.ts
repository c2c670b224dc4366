import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { GatewayProcess } from "../support/gateway-process.ts";

/** What the gateway was at one moment. Missing figures are not a number. */
export interface Sample {
  /** Since the run's start. */
  readonly seconds: number;
  readonly residentMb: number;
  /** Of the main thread. */
  readonly heapMb: number;
  readonly descriptors: number;
  readonly handles: number;
  readonly threads: number;
  /** The latest that the event loop was since the sample before, as the histogram's bounds tell it, ms. */
  readonly loopMs: number;
  /** Calls answered here since the sample before, a second. */
  readonly callsPerSecond: number;
  /** Processor seconds a second, of all threads. */
  readonly cores: number;
  /** Generation switches so far. */
  readonly switches: number;
}

/** Reads a gateway's figures from /metrics and, where there is one, /proc. */
export function sampler(gateway: Pick<GatewayProcess, "pid" | "metrics">, calls: () => number, switches: () => number) {
  const began = performance.now();
  let before = { at: began, calls: calls(), cpu: Number.NaN, loop: new Map<number, number>() };
  return async (): Promise<Sample> => {
    const text = await gateway.metrics();
    const at = performance.now();
    const cpu = gauge(text, "process_cpu_seconds_total");
    const now = { at, calls: calls(), cpu, loop: buckets(text, "km_event_loop_delay_seconds_bucket") };
    const sample = {
      seconds: (at - began) / 1_000,
      residentMb: (statusOf(gateway.pid, "VmRSS") ?? gauge(text, "process_resident_memory_bytes") / 1_024) / 1_024,
      heapMb: gauge(text, "nodejs_heap_size_used_bytes") / 1_048_576,
      descriptors: descriptorsOf(gateway.pid) ?? gauge(text, "process_open_fds"),
      handles: sum(text, "nodejs_active_resources"),
      threads: statusOf(gateway.pid, "Threads") ?? Number.NaN,
      loopMs: latest(before.loop, now.loop),
      callsPerSecond: ((now.calls - before.calls) * 1_000) / Math.max(at - before.at, 1),
      cores: ((now.cpu - before.cpu) * 1_000) / Math.max(at - before.at, 1),
      switches: switches(),
    };
    before = now;
    return sample;
  };
}

function gauge(text: string, name: string): number {
  const value = text.match(new RegExp(`^${name} (\\S+)$`, "m"))?.[1];
  return value === undefined ? Number.NaN : Number(value);
}

/** Of all label values. */
function sum(text: string, name: string): number {
  const values = Array.from(text.matchAll(new RegExp(`^${name}\\{.*\\} (\\S+)$`, "gm")), ([, value]) => Number(value));
  return values.length === 0 ? Number.NaN : values.reduce((total, value) => total + value, 0);
}

/** Cumulative counts by upper bound in seconds. */
function buckets(text: string, name: string): Map<number, number> {
  const lines = text.matchAll(new RegExp(`^${name}\\{.*le="([^"]+)".*\\} (\\S+)$`, "gm"));
  return new Map(Array.from(lines, ([, bound, count]) => [bound === "+Inf" ? Infinity : Number(bound), Number(count)]));
}

/** The bound of the highest bucket that grew, ms. */
function latest(before: ReadonlyMap<number, number>, now: ReadonlyMap<number, number>): number {
  let highest = 0;
  let below = 0;
  for (const [bound, count] of [...now].sort(([a], [b]) => a - b)) {
    const grown = count - (before.get(bound) ?? 0);
    if (grown > below) highest = bound;
    below = grown;
  }
  return highest * 1_000;
}

/** A number of /proc/PID/status; memory in KiB. */
function statusOf(pid: number, field: string): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  const value = readFileSync(file, "utf8").match(new RegExp(`^${field}:\\s+(\\d+)`, "m"))?.[1];
  return value === undefined ? undefined : Number(value);
}

function descriptorsOf(pid: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  return existsSync(folder) ? readdirSync(folder).length : undefined;
}
