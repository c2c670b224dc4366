import { Fault, type FaultCode } from "../../../domain/mod.ts";

/** What a worker offers: operations of one argument that can be cloned, answered in the order they were asked. */
export type Operations = Record<string, (argument: never, signal: AbortSignal) => unknown>;
export type Argument<O extends Operations, K extends keyof O> = Parameters<O[K]>[0];
export type Answer<O extends Operations, K extends keyof O> = Awaited<ReturnType<O[K]>>;

export type ToWorker =
  | { readonly id: number; readonly operation: string; readonly argument: unknown }
  | { readonly abort: number };

export type FromWorker =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: FaultMessage };

/** A Fault as it crosses a thread: classes don't survive cloning. */
export interface FaultMessage {
  readonly code: FaultCode;
  readonly message: string;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  readonly cause: string;
}

export function toMessage(fault: Fault): FaultMessage {
  const cause = fault.cause instanceof Error ? (fault.cause.stack ?? fault.cause.message) : String(fault.cause ?? "");
  const { code, message, reason, metadata, retryAfterMs } = fault;
  return { code, message, reason, metadata, retryAfterMs, cause };
}

export function fromMessage(message: FaultMessage): Fault {
  const { reason, metadata, retryAfterMs, cause } = message;
  return new Fault(message.code, message.message, {
    reason,
    metadata,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === "" ? {} : { cause: new Error(cause) }),
  });
}
