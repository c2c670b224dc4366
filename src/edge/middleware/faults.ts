import { type CallContext, ServerError, type ServerMiddlewareCall } from "nice-grpc";
import { aborted, Fault } from "../../domain/mod.ts";
import type { EdgeContext, Link } from "../edge-context.ts";
import type { RefusalLines } from "../refusal-lines.ts";
import { putDetails, toInternalStatus, toStatus } from "../status.ts";

/**
 * Turns every throw into a gRPC status with details; whatever is no Fault tells the caller nothing but its id.
 *
 * @param lines bounds what is written of causes: a backend that is away gives every call one
 */
export function faultsMiddleware(lines: RefusalLines): Link {
  return {
    middleware: async function* faults<Request, Response>(
      call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
      context: CallContext & EdgeContext,
    ) {
      try {
        return yield* call.next(call.request, context);
      } catch (error) {
        throw converted(error, context, lines);
      }
    },
    unary: async (_call, context, next) => {
      try {
        return await next();
      } catch (error) {
        throw converted(error, context, lines);
      }
    },
  };
}

function converted(error: unknown, context: CallContext & EdgeContext, lines: RefusalLines): ServerError {
  const { log } = context;
  const fault = faultOf(error, context.signal);
  if (fault === undefined) {
    lines.line("internal", () => log.error({ error }, "a handler threw something that is no Fault"));
  } else if (fault.cause !== undefined && fault.code !== "cancelled") {
    lines.line(fault.code, () => log.warn({ error: fault.cause, reason: fault.reason }, fault.message));
  }
  const status = fault === undefined ? toInternalStatus(context.requestId) : toStatus(fault, context.requestId);
  putDetails(context.trailer, status);
  return new ServerError(status.code, status.message);
}

/** An aborted signal's own errors, as web APIs and drivers throw them, count as the abort. */
function faultOf(error: unknown, signal: AbortSignal): Fault | undefined {
  if (error instanceof Fault) return error;
  const ofAbort = error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
  return signal.aborted && (ofAbort || error === signal.reason) ? aborted(signal) : undefined;
}
