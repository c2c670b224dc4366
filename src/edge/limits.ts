const second = 1_000;
const minute = 60 * second;
const KiB = 1_024;
const MiB = 1_024 * KiB;

/** Every bound the edge puts on a caller. Times in milliseconds, sizes in bytes. */
export interface Limits {
  readonly receiveBytes: number;
  readonly sendBytes: number;
  readonly metadataBytes: number;
  readonly streamsPerSession: number;
  readonly inFlight: number;
  readonly inFlightPerPrincipal: number;
  readonly bodyStallMs: number;
  readonly unaryDeadlineMs: number;
  readonly streamDeadlineMs: number;
  readonly longestDeadlineMs: number;
  readonly connectionAgeMs: number;
  readonly connectionIdleMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly lameDuckMs: number;
  readonly drainMs: number;
}

/** Start values; an operator who needs others changes them here, where the reason is. */
export const limits: Limits = Object.freeze({
  /** The longest request is a bug report with filters: kilobytes. 4 MiB is gRPC's own default and bounds a bomb. */
  receiveBytes: 4 * MiB,
  /** A full page of the largest passages with context, or a slice of a graph, stays well under it. */
  sendBytes: 16 * MiB,
  /** A token, a trace and an id need under one KiB; twice HTTP's customary 8 KiB leaves room for proxies' additions. */
  metadataBytes: 16 * KiB,
  /** What one connection may have open: a busy agent's worth. It is per session; the cap over all is `inFlight`. */
  streamsPerSession: 128,
  /** Each call may hold up to receiveBytes: 512 of them bound memory at 2 GiB in the worst case, and queues far below. */
  inFlight: 512,
  /** A sixteenth of the whole: one caller can't starve the others, and two cores are busy with fewer. */
  inFlightPerPrincipal: 32,
  /** A body of kilobytes needs milliseconds; ten seconds are a very bad line, more is a slow-writer attack. */
  bodyStallMs: 10 * second,
  /** A question takes tens of milliseconds; a caller that set no deadline is still answered for certain. */
  unaryDeadlineMs: 10 * second,
  /** An export of a large graph at a slow reader's pace. */
  streamDeadlineMs: 15 * minute,
  /** A caller's own deadline is clamped to it: nobody waits longer, and timers overflow at 24.8 days. */
  longestDeadlineMs: 60 * minute,
  /** Connections are renewed so that load spreads over gateways behind a balancer and old certificates go. */
  connectionAgeMs: 30 * minute,
  /** An agent that asks nothing for five minutes can connect again. */
  connectionIdleMs: 5 * minute,
  /** Finds a dead peer within 80 s; longer than the drain, since pings must not end draining streams. */
  keepaliveMs: 60 * second,
  keepaliveTimeoutMs: 20 * second,
  /** Between "not serving" and the first refusal: the time a balancer's health check needs to look away. */
  lameDuckMs: 5 * second,
  /** Below the 30 s that Kubernetes and systemd's tightened units grant before SIGKILL. */
  drainMs: 20 * second,
});

/** Streams that tail and send heartbeats: without a deadline of ours, and the first to end when draining. */
export const tails: ReadonlySet<string> = new Set([
  "/knowledge.v1.IngestService/WatchIngest",
  "/knowledge.v1.AuditService/WatchEntries",
  "/grpc.health.v1.Health/Watch",
]);

/** What grpc-js enforces by itself. */
export function channelOptions(of: Limits): Record<string, number> {
  return {
    "grpc.max_receive_message_length": of.receiveBytes,
    "grpc.max_send_message_length": of.sendBytes,
    "grpc.max_concurrent_streams": of.streamsPerSession,
    "grpc.max_connection_age_ms": of.connectionAgeMs,
    // No grace limit beside the age: a tail may outlive its connection's age, and keepalive finds dead ones.
    "grpc.max_connection_idle_ms": of.connectionIdleMs,
    "grpc.keepalive_time_ms": of.keepaliveMs,
    "grpc.keepalive_timeout_ms": of.keepaliveTimeoutMs,
    // Channelz stays on: without it forceShutdown() leaves sessions alive (seen with grpc-js 1.14.7).
    "grpc.enable_channelz": 1,
  };
}
