import type { ServerMiddleware } from "nice-grpc";
import type { Fault } from "../domain/mod.ts";
import type { CallExtension } from "../ports/mod.ts";
import type { MethodPolicy } from "./policy.ts";

/** What the first middleware adds to a call's context: what handlers may rely on, and what the chain itself needs. */
export interface EdgeContext extends CallExtension {
  readonly policy: MethodPolicy;
  /** The trace it belongs to, once its span is open; "" without tracing. */
  readonly trace: { id: string };
  /** The caller's own deadline, Unix ms, clamped. */
  readonly deadlineAt: number | undefined;
  /** Ends the call from the server's side: the context's signal aborts with this reason. The first reason counts. */
  readonly end: (reason: Fault) => void;
}

/** A middleware inside the first. */
export type Middleware = ServerMiddleware<object, EdgeContext>;
