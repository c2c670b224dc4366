import { type CallContext, ServerError, type ServerMiddlewareCall, Status } from "nice-grpc";
import { Fault } from "../../domain/mod.ts";
import type { Clock, Log } from "../../ports/mod.ts";
import type { EdgeContext, FirstLink } from "../edge-context.ts";
import type { Handover } from "../handover.ts";
import { LazyLog } from "../lazy-log.ts";
import type { Policies } from "../policy.ts";
import type { RefusalLines } from "../refusal-lines.ts";
import { statusName } from "../status.ts";

export interface RequestIdParts {
  readonly handover: Handover;
  readonly policies: Policies;
  readonly log: Log;
  /** Bounds what a flood of calls writes that cost nothing. */
  readonly lines: RefusalLines;
  readonly clock: Clock;
}

/** Opens the call: its id in the reply's header, its context, its signal, and one log line at its end. */
export function requestIdMiddleware({ handover, policies, log, lines, clock }: RequestIdParts): FirstLink {
  function open(path: string, context: CallContext): CallContext & EdgeContext {
    const admitted = handover.take(context.metadata);
    const policy = policies.get(path);
    if (admitted === undefined || policy === undefined)
      throw new ServerError(Status.CANCELLED, "the call was cancelled");
    const { principal, requestId, deadlineAt } = admitted;
    const controller = new AbortController();
    const { signal } = controller;
    const ended: EdgeContext["ended"] = { tell: undefined };
    const end = (reason: Fault) => {
      if (signal.aborted) return;
      controller.abort(reason);
      ended.tell?.(reason);
    };
    // grpc-js cancels a call alike when its caller left and when its deadline passed; the clock tells them apart.
    const callerGone = () =>
      end(
        deadlineAt !== undefined && clock.now() >= deadlineAt
          ? new Fault("deadline", "the deadline passed before the work was done")
          : new Fault("cancelled", "the caller cancelled the call"),
      );
    if (context.signal.aborted) callerGone();
    else context.signal.addEventListener("abort", callerGone, { once: true });
    context.header.set("x-request-id", requestId);
    return {
      metadata: context.metadata,
      peer: context.peer,
      header: context.header,
      sendHeader: context.sendHeader,
      trailer: context.trailer,
      signal,
      principal,
      requestId,
      log: new LazyLog(log, { request_id: requestId, method: path, token_id: principal.tokenId }),
      policy,
      trace: { id: "" },
      deadlineAt,
      end,
      ended,
    };
  }

  function close(
    path: string,
    { requestId, principal, policy, trace }: EdgeContext,
    code: string,
    began: number,
  ): void {
    const fields = {
      request_id: requestId,
      method: path,
      code,
      ms: clock.now() - began,
      token_id: principal.tokenId,
      peer: principal.peer,
      ...(trace.id === "" ? undefined : { trace_id: trace.id }),
    };
    if (quiet(path)) log.debug(fields, "call");
    else if (policy.cost === 0 || refused.has(code)) lines.line(code, () => log[levelOf(code)](fields, "call"));
    else log[levelOf(code)](fields, "call");
  }

  return {
    middleware: async function* requestId<Request, Response>(
      call: ServerMiddlewareCall<Request, Response, EdgeContext>,
      context: CallContext,
    ) {
      const { path } = call.method;
      const opened = open(path, context);
      const began = clock.now();
      let code = "CANCELLED";
      try {
        const answer = yield* call.next(call.request, opened);
        code = "OK";
        return answer;
      } catch (error) {
        code = codeOf(error);
        throw error;
      } finally {
        close(path, opened, code, began);
      }
    },
    unary: async ({ method: { path } }, context, next) => {
      const opened = open(path, context);
      const began = clock.now();
      let code = "OK";
      try {
        return await next(opened);
      } catch (error) {
        code = codeOf(error);
        throw error;
      } finally {
        close(path, opened, code, began);
      }
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof ServerError ? statusName(error.code) : "UNKNOWN";
}

/** Probes come every few seconds for ever, and say nothing. */
function quiet(path: string): boolean {
  return path.startsWith("/grpc.health.");
}

/** Ends that cost their caller nothing, so that no quota bounds how many there are. */
const refused = new Set(["UNAUTHENTICATED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNAVAILABLE"]);

const levels = new Map<string, "warn" | "error">([
  ["UNKNOWN", "error"],
  ["INTERNAL", "error"],
  ["DATA_LOSS", "error"],
  ["UNAVAILABLE", "warn"],
  ["DEADLINE_EXCEEDED", "warn"],
  ["RESOURCE_EXHAUSTED", "warn"],
  ["UNAUTHENTICATED", "warn"],
  ["PERMISSION_DENIED", "warn"],
]);

function levelOf(code: string): "info" | "warn" | "error" {
  return levels.get(code) ?? "info";
}
