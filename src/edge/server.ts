import { readFile } from "node:fs/promises";
import { logVerbosity, type ServerCredentials, type ServerOptions, setLogVerbosity } from "@grpc/grpc-js";
import { createServer } from "nice-grpc";
import { anonymousId, Fault } from "../domain/mod.ts";
import type { AuditLedger, Clock, Quota, Random, ServiceBinding, Telemetry, TokenStore } from "../ports/mod.ts";
import { projectFile } from "../runtime/mod.ts";
import { boundAddress } from "./address.ts";
import { AuthFailures, authFailureTimes } from "./auth-failures.ts";
import { asBound, type BoundService } from "./bound-service.ts";
import { assembleChain } from "./chain.ts";
import { composeChain } from "./compose-chain.ts";
import { Descriptors } from "./descriptors.ts";
import { DrainState } from "./drain-state.ts";
import { gate } from "./gate.ts";
import { GrpcMetrics, type GrpcRegistry } from "./grpc-metrics.ts";
import { Handover } from "./handover.ts";
import { HealthState, healthService } from "./health.ts";
import { HeldRefusals } from "./held-refusals.ts";
import { InFlight } from "./in-flight.ts";
import { channelOptions, type Limits } from "./limits.ts";
import { auditMiddleware } from "./middleware/audit.ts";
import { deadlineMiddleware } from "./middleware/deadline.ts";
import { drainMiddleware } from "./middleware/drain.ts";
import { faultsMiddleware } from "./middleware/faults.ts";
import { quotaMiddleware } from "./middleware/quota.ts";
import { requestIdMiddleware } from "./middleware/request-id.ts";
import { scopeMiddleware } from "./middleware/scope.ts";
import { traceMiddleware } from "./middleware/trace.ts";
import type { MethodPolicy, Policies } from "./policy.ts";
import { reflectionServices } from "./reflection.ts";
import { refusalLines } from "./refusal-lines.ts";
import { RefusalPace } from "./refusal-pace.ts";
import { refusalRecord } from "./refusal-record.ts";
import { drainServer, stopServer } from "./shutdown.ts";
import { SpentQuotas } from "./spent-quotas.ts";
import type { Timers } from "./timers.ts";

export type ReflectionMode = "open" | "token" | "off";

export interface ServerParts {
  /** "host:port" (port 0: a free one) or "unix:///path". */
  readonly address: string;
  /** TLS, when it is configured; plaintext without. */
  readonly credentials: ServerCredentials | undefined;
  readonly authRequired: boolean;
  /** Whether authentication is on too once the token store holds a token. */
  readonly authWithTokens?: boolean;
  /** Wrong tokens a minute from one address before it is refused for a while; absent or 0: any number. */
  readonly authFailures?: number;
  readonly reflection: ReflectionMode;
  readonly limits: Limits;
  readonly policies: Policies;
  /** Lets grpc-js log to stderr, which shows header values: a malformed token among them. */
  readonly transportLog: boolean;
  readonly services: readonly ServiceBinding[];
  readonly tokens: TokenStore;
  readonly quota: Quota;
  readonly telemetry: Telemetry;
  readonly clock: Clock & Random;
  readonly timers: Timers;
  /** Where refused callers are recorded, a sample of them; undefined: nowhere. */
  readonly ledger?: AuditLedger;
}

export interface EdgeServer {
  /** Where it listens: the port is the bound one. */
  readonly address: string;
  readonly grpcMetrics: GrpcRegistry;
  /** Calls past the gate that have not ended, probes apart. */
  inFlight(): number;
  /** What grpc.health.v1 says of one service, or of the server and all. */
  setServing(serving: boolean, service?: string): void;
  /** The drain to come begins with refusing new calls: whoever stops the server has no balancer in front of it. */
  skipLameDuck(): void;
  drain(signal: AbortSignal): Promise<void>;
  stop(signal: AbortSignal): Promise<void>;
}

/** Builds the server, listens, and says SERVING. @throws Error when a method has no policy or no handler. */
export async function openServer(parts: ServerParts): Promise<EdgeServer> {
  const { limits, telemetry, clock, timers } = parts;
  // For the process: grpc-js has one logger. Errors that matter reach ours as statuses.
  if (!parts.transportLog) setLogVerbosity(logVerbosity.NONE);
  const health = new HealthState(parts.services.map((service) => service.definition.fullName));
  const bound = [...parts.services, healthService(health)].map(asBound);
  if (parts.reflection !== "off") bound.push(...(await reflection(bound)).map(asBound));
  const policies = withOwn(parts.policies, bound, parts.reflection);
  const metrics = new GrpcMetrics();
  const methods = bound.flatMap((service) => service.methods);
  metrics.initialise(methods);
  for (const { path } of methods) {
    // At zero from the start, so that a rate has a first point.
    if ((policies.get(path)?.cost ?? 0) > 0)
      telemetry.meter.add("km_quota_refusals_total", { method: path.slice(1) }, 0);
  }
  const handover = new Handover();
  const spent = new SpentQuotas(clock);
  const drain = new DrainState();
  const calls = new InFlight(limits.inFlight, limits.inFlightPerPrincipal);
  const { ledger } = parts;
  const refusals = ledger && refusalRecord({ ledger, clock, log: telemetry.log });
  const lines = refusalLines(telemetry.log, clock, timers);
  const causes = refusalLines(telemetry.log, clock, timers, "more calls failed so than have their cause in a line");
  const unwatch = parts.tokens.watch((ended) => {
    // Where tokens are not asked for although there are some, nobody needs one.
    if (parts.authWithTokens === true || !ended.has(anonymousId)) drain.endTokens(ended);
  });
  const probes = new InFlight(limits.inFlight, limits.inFlightPerPrincipal);
  // Who watches stays, needs no token, and must not take the places of those who look and go.
  const watches = new InFlight(limits.inFlight, limits.inFlightPerPrincipal);
  const inFlight = (path: string): InFlight => {
    if (!path.startsWith("/grpc.health.")) return calls;
    return path.endsWith("/Watch") ? watches : probes;
  };

  const options: ServerOptions = {
    ...channelOptions(limits),
    interceptors: [
      gate({
        limits,
        policies,
        tokens: parts.tokens,
        authRequired: () => parts.authRequired || (parts.authWithTokens === true && parts.tokens.configured()),
        failures: new AuthFailures({ most: parts.authFailures ?? 0, ...authFailureTimes }, clock),
        inFlight,
        handover,
        spent,
        held: new HeldRefusals(timers, limits.streamsPerSession),
        pace: new RefusalPace(clock),
        metrics,
        telemetry,
        refusals,
        refusalLines: lines,
        clock,
        timers,
      }),
    ],
  };
  const chain = assembleChain([
    { name: "request id", ...requestIdMiddleware({ handover, policies, log: telemetry.log, lines, clock }) },
    { name: "trace", ...(await traceMiddleware(telemetry.tracer)) },
    { name: "metrics", ...metrics.link },
    { name: "faults", ...faultsMiddleware(causes) },
    { name: "drain", ...drainMiddleware(drain) },
    { name: "deadline", ...deadlineMiddleware(limits, timers, clock) },
    { name: "scope", ...scopeMiddleware(telemetry.meter, refusals) },
    { name: "quota", ...quotaMiddleware(parts.quota, telemetry.meter, spent) },
    ...(refusals ? [{ name: "audit", ...auditMiddleware(refusals) } as const] : []),
  ]);
  const server = createServer(options as Parameters<typeof createServer>[0]).use(composeChain(chain));
  for (const service of bound) server.add(service.definition, service.implementation);

  const port = await server.listen(parts.address, parts.credentials).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new Fault(
      "precondition",
      `can't listen on ${parts.address}: ${why}; is another gateway running there? ` +
        "Set KM_GRPC_ADDRESS to another address (port 0 picks a free one)",
      { cause, reason: "ADDRESS_UNAVAILABLE" },
    );
  });
  health.set(true);
  let lameDuckMs = limits.lameDuckMs;
  return {
    address: boundAddress(parts.address, port),
    grpcMetrics: metrics.registry,
    inFlight: () => calls.total,
    setServing: (serving, service) => health.set(serving, service),
    skipLameDuck: () => {
      lameDuckMs = 0;
    },
    drain: (signal) => drainServer({ health, drain, limits: { ...limits, lameDuckMs }, timers }, signal),
    async stop(signal) {
      unwatch();
      await stopServer(server, timers, signal);
      await refusals?.flush();
    },
  };
}

/** Both reflection services, which list themselves too. */
async function reflection(bound: readonly BoundService[]): Promise<readonly ServiceBinding[]> {
  const descriptors = new Descriptors(await readFile(projectFile("gen/descriptors.binpb")));
  const names = bound.map((service) => service.fullName);
  return reflectionServices(
    descriptors,
    [...names, "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"].sort(),
  );
}

/** The contract's policies, checked to be whole for what is served, and those of the services beside the contract. */
function withOwn(policies: Policies, bound: readonly BoundService[], mode: ReflectionMode): Policies {
  const all = new Map(policies);
  const free: MethodPolicy = { scope: undefined, cost: 0, audited: false, pool: "read" };
  const anyToken: MethodPolicy = { ...free, scope: "reader" };
  for (const { fullName, methods } of bound) {
    for (const { path } of methods) {
      if (fullName.startsWith("grpc.health.")) all.set(path, free);
      else if (fullName.startsWith("grpc.reflection.")) all.set(path, mode === "token" ? anyToken : free);
      else if (!all.has(path)) throw new Error(`${path} has no policy in the contract: the server does not start`);
    }
  }
  return all;
}
