import { ServerError, Status } from "nice-grpc";
import { prometheusServerMiddleware, registry } from "nice-grpc-prometheus";
import type { Link } from "./edge-context.ts";

/** nice-grpc-prometheus's own registry; prom-client's default one stays empty. */
export type GrpcRegistry = typeof registry;

export interface MethodShape {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** The part of prom-client's counters and histograms that is used here. */
interface Series {
  inc(labels: Labels, by: number): void;
  observe(labels: Labels, value: number): void;
  zero(labels: Labels): void;
}

type Labels = Record<string, string>;

/** A method's labels, and those with each status that its calls ended with so far. */
interface MethodLabels {
  readonly started: Labels;
  readonly handled: Map<number, Labels>;
}

/** The `grpc_server_*` series, at zero for every method from the start, so that a rate has a first point. */
export class GrpcMetrics {
  readonly registry: GrpcRegistry = registry;
  /** Counts and times what runs in the chain: unary calls with labels made once, on the same series. */
  readonly link: Link = {
    middleware: prometheusServerMiddleware(),
    unary: async (call, _context, next) => {
      const labels = this.#labelsOf(call.method);
      this.#started.inc(labels.started, 1);
      const began = performance.now();
      let code: number = Status.OK;
      try {
        return await next();
      } catch (error) {
        code = error instanceof ServerError ? error.code : Status.UNKNOWN;
        throw error;
      } finally {
        const handled = withCode(labels, code);
        this.#seconds.observe(handled, (performance.now() - began) / 1_000);
        this.#handled.inc(handled, 1);
      }
    },
  };
  readonly #labels = new Map<string, MethodLabels>();
  readonly #started = series("grpc_server_started_total");
  readonly #handled = series("grpc_server_handled_total");
  readonly #received = series("grpc_server_msg_received_total");
  readonly #sent = series("grpc_server_msg_sent_total");
  readonly #seconds = series("grpc_server_handling_seconds");

  initialise(methods: Iterable<MethodShape>): void {
    for (const method of methods) {
      const labels = labelsOf(method);
      this.#started.inc(labels, 0);
      if (method.requestStream) this.#received.inc(labels, 0);
      if (method.responseStream) this.#sent.inc(labels, 0);
      for (const code of codes) this.#handled.inc({ ...labels, grpc_code: code }, 0);
      this.#seconds.zero({ ...labels, grpc_code: "OK" });
    }
  }

  /** Counts a call that the gate answered, which the chain's middleware never sees. */
  refused(method: MethodShape, code: number): void {
    const labels = this.#labelsOf(method);
    this.#started.inc(labels.started, 1);
    this.#handled.inc(withCode(labels, code), 1);
  }

  #labelsOf(method: MethodShape): MethodLabels {
    let labels = this.#labels.get(method.path);
    if (labels === undefined) {
      labels = { started: labelsOf(method), handled: new Map() };
      this.#labels.set(method.path, labels);
    }
    return labels;
  }
}

function withCode({ started, handled }: MethodLabels, code: number): Labels {
  let labels = handled.get(code);
  if (labels === undefined) {
    labels = { ...started, grpc_code: Status[code] ?? "UNKNOWN" };
    handled.set(code, labels);
  }
  return labels;
}

const codes = Object.values(Status).filter((value): value is string => typeof value === "string");

function series(name: string): Series {
  const metric = registry.getSingleMetric(name);
  if (metric === undefined) throw new Error(`nice-grpc-prometheus has no ${name} any more`);
  return metric as unknown as Series;
}

function labelsOf({ path, requestStream, responseStream }: MethodShape): Labels {
  const [, service = "", method = ""] = path.split("/");
  const type = requestStream
    ? responseStream
      ? "bidi_stream"
      : "client_stream"
    : responseStream
      ? "server_stream"
      : "unary";
  return { grpc_type: type, grpc_service: service, grpc_method: method, grpc_path: path };
}
