/** A metric that a library declares. */
export interface ForeignMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
  /** Upper bounds, for histograms. */
  readonly buckets: readonly number[];
}

const gauge = (name: string, help: string, ...labels: readonly string[]): ForeignMetric => ({
  name,
  type: "gauge",
  labels,
  help,
  buckets: [],
});
const counter = (name: string, help: string): ForeignMetric => ({ ...gauge(name, help), type: "counter" });

/**
 * What prom-client measures of Node on Linux and the gateway shows. Written down, since other systems and runtimes have
 * fewer and the page is the same everywhere; a test on Node for Linux holds it against the registry.
 */
export const runtimeMetrics: readonly ForeignMetric[] = [
  counter("process_cpu_user_seconds_total", "Total user CPU time spent in seconds."),
  counter("process_cpu_system_seconds_total", "Total system CPU time spent in seconds."),
  counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds."),
  gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds."),
  gauge("process_resident_memory_bytes", "Resident memory size in bytes."),
  gauge("process_virtual_memory_bytes", "Virtual memory size in bytes."),
  gauge("process_heap_bytes", "Process heap size in bytes."),
  gauge("process_open_fds", "Number of open file descriptors."),
  gauge("process_max_fds", "Maximum number of open file descriptors."),
  gauge(
    "nodejs_active_resources",
    "Number of active resources that are currently keeping the event loop alive, grouped by async resource type.",
    "type",
  ),
  gauge(
    "nodejs_active_handles",
    "Number of active libuv handles grouped by handle type. Every handle type is C++ class name.",
    "type",
  ),
  gauge(
    "nodejs_active_requests",
    "Number of active libuv requests grouped by request type. Every request type is C++ class name.",
    "type",
  ),
  gauge("nodejs_heap_size_total_bytes", "Process heap size from Node.js in bytes."),
  gauge("nodejs_heap_size_used_bytes", "Process heap size used from Node.js in bytes."),
  gauge("nodejs_external_memory_bytes", "Node.js external memory size in bytes."),
  gauge("nodejs_heap_space_size_total_bytes", "Process heap space size total from Node.js in bytes.", "space"),
  gauge("nodejs_heap_space_size_used_bytes", "Process heap space size used from Node.js in bytes.", "space"),
  gauge("nodejs_heap_space_size_available_bytes", "Process heap space size available from Node.js in bytes.", "space"),
  gauge("nodejs_version_info", "Node.js version info.", "version", "major", "minor", "patch"),
  {
    name: "nodejs_gc_duration_seconds",
    type: "histogram",
    labels: ["kind"],
    help: "Garbage collection duration by kind, one of major, minor, incremental or weakcb.",
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  },
];

/** A registry's metrics as such a list; prom-client has no declared way to ask for labels and buckets. */
export function foreignMetrics(registry: { getMetricsAsArray(): readonly unknown[] }): readonly ForeignMetric[] {
  const kept = registry.getMetricsAsArray() as readonly (Omit<ForeignMetric, "labels" | "buckets"> & {
    readonly labelNames: readonly string[];
    readonly upperBounds?: readonly number[];
  })[];
  return kept.map(({ name, type, labelNames, help, upperBounds = [] }) => ({
    name,
    type,
    labels: [...labelNames],
    help,
    buckets: [...upperBounds],
  }));
}
