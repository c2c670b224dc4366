import type { CompatServiceDefinition, ServiceImplementation } from "nice-grpc";
import type { ServiceBinding } from "../ports/mod.ts";
import type { MethodShape } from "./grpc-metrics.ts";

/** A service as nice-grpc takes it, with the shapes of its methods. */
export interface BoundService {
  readonly fullName: string;
  readonly methods: readonly MethodShape[];
  readonly definition: CompatServiceDefinition;
  readonly implementation: ServiceImplementation<CompatServiceDefinition>;
}

/** The types of generated code stop at the port; here they begin again. @throws Error naming a missing handler. */
export function asBound({ definition, implementation }: ServiceBinding): BoundService {
  const methods: MethodShape[] = [];
  for (const [key, raw] of Object.entries(definition.methods)) {
    const { name, requestStream, responseStream } = raw as {
      readonly name: string;
      readonly requestStream: boolean;
      readonly responseStream: boolean;
    };
    if (typeof (implementation as Readonly<Record<string, unknown>>)[key] !== "function") {
      throw new Error(`${definition.fullName} has no handler '${key}'`);
    }
    methods.push({ path: `/${definition.fullName}/${name}`, requestStream, responseStream });
  }
  return {
    fullName: definition.fullName,
    methods,
    definition: definition as unknown as CompatServiceDefinition,
    implementation: implementation as ServiceImplementation<CompatServiceDefinition>,
  };
}
