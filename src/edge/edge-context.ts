import type { CallContext, ServerMiddleware, ServerMiddlewareCall } from "nice-grpc";
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
  /** Told the reason when the call is ended, right after the signal's listeners: cheaper than one more of them. */
  readonly ended: { tell: ((reason: Fault) => void) | undefined };
}

/** A middleware inside the first. */
export type Middleware = ServerMiddleware<object, EdgeContext>;

/** A unary call as its middleware sees it. */
export type UnaryCall = Pick<ServerMiddlewareCall<unknown, unknown>, "method" | "request">;

/** The same middleware for unary calls, which need no generator: most calls are such, and a generator has its price. */
export type UnaryMiddleware<Context = CallContext & EdgeContext> = (
  call: UnaryCall,
  context: Context,
  next: () => Promise<unknown>,
) => Promise<unknown>;

/** Both forms of one middleware. */
export interface Link {
  readonly middleware: Middleware;
  readonly unary: UnaryMiddleware;
}

/** Both forms of the first middleware: it makes the context of those inside. */
export interface FirstLink {
  readonly middleware: ServerMiddleware<EdgeContext>;
  readonly unary: (
    call: UnaryCall,
    context: CallContext,
    next: (context: CallContext & EdgeContext) => Promise<unknown>,
  ) => Promise<unknown>;
}
