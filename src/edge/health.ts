import type { CallContext } from "nice-grpc";
import {
  HealthDefinition,
  type HealthServiceImplementation,
  HealthCheckResponse_ServingStatus as Serving,
} from "../../gen/grpc/health/v1/health.ts";
import { Fault, throwIfAborted } from "../domain/mod.ts";
import type { ServiceBinding } from "../ports/mod.ts";

/** What the health service says of the server ("") and of each service, and who is watching. */
export class HealthState {
  readonly #serving = new Map<string, boolean>();
  readonly #watchers = new Set<() => void>();

  constructor(services: Iterable<string>) {
    this.#serving.set("", false);
    for (const name of services) this.#serving.set(name, false);
  }

  status(service: string): Serving | undefined {
    const serving = this.#serving.get(service);
    return serving === undefined ? undefined : serving ? Serving.SERVING : Serving.NOT_SERVING;
  }

  all(): ReadonlyMap<string, boolean> {
    return this.#serving;
  }

  /** Sets one known service, or all when none is named. */
  set(serving: boolean, service?: string): void {
    for (const name of service === undefined ? [...this.#serving.keys()] : [service]) {
      if (this.#serving.has(name)) this.#serving.set(name, serving);
    }
    for (const wake of [...this.#watchers]) wake();
  }

  /** Resolves at the next change or at the abort. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#watchers.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#watchers.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}

/** `grpc.health.v1.Health`: needs no token, answers until the last moment. */
export function healthService(state: HealthState): ServiceBinding {
  const implementation: HealthServiceImplementation = {
    async check({ service }) {
      const status = state.status(service);
      if (status === undefined)
        throw new Fault("not-found", "no such service here; List names them", {
          metadata: { resource_type: "service", resource_name: service },
        });
      return { status };
    },
    async list() {
      const statuses = [...state.all().keys()].map((name) => [name, { status: state.status(name)! }] as const);
      return { statuses: Object.fromEntries(statuses) };
    },
    async *watch({ service }, { signal }: CallContext) {
      let last: Serving | undefined;
      while (true) {
        // Asked for before the state is read, so that no change between the two is lost.
        const change = state.changed(signal);
        const status = state.status(service) ?? Serving.SERVICE_UNKNOWN;
        if (status !== last) yield { status };
        last = status;
        await change;
        throwIfAborted(signal);
      }
    },
  };
  return { definition: HealthDefinition, implementation };
}
