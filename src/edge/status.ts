import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Metadata as NativeMetadata, type StatusObject } from "@grpc/grpc-js";
import { type Metadata, Status } from "nice-grpc";
import { Any, BadRequest, ErrorInfo, QuotaFailure, ResourceInfo, RetryInfo } from "nice-grpc-error-details";
import type { Fault, FaultCode } from "../domain/mod.ts";

/** The one table from faults to gRPC statuses. */
const statusOf: Readonly<Record<FaultCode, Status>> = {
  invalid: Status.INVALID_ARGUMENT,
  unauthenticated: Status.UNAUTHENTICATED,
  forbidden: Status.PERMISSION_DENIED,
  "not-found": Status.NOT_FOUND,
  conflict: Status.ABORTED,
  precondition: Status.FAILED_PRECONDITION,
  exhausted: Status.RESOURCE_EXHAUSTED,
  unavailable: Status.UNAVAILABLE,
  deadline: Status.DEADLINE_EXCEEDED,
  cancelled: Status.CANCELLED,
  unimplemented: Status.UNIMPLEMENTED,
  internal: Status.INTERNAL,
};

export const errorDomain = "knowledge.v1";

/** Trailers travel as headers, which clients bound at 8 KiB: what is said stays well inside. */
const longestMessage = 1_024;
const longestValue = 256;

export interface GrpcStatus {
  readonly code: Status;
  readonly message: string;
  /** A serialised google.rpc.Status, for `grpc-status-details-bin`. */
  readonly details: Uint8Array;
}

/** What a fault is on the wire: code, message, and details with exactly one ErrorInfo. */
export function toStatus(fault: Fault, requestId: string): GrpcStatus {
  const code = statusOf[fault.code];
  const message = shorten(fault.message, longestMessage);
  return { code, message, details: encodeStatus(code, message, detailsOf(fault, message, requestId)) };
}

/** Any other throw: the caller learns that it happened and under which id the log has it, and nothing else. */
export function toInternalStatus(requestId: string): GrpcStatus {
  const code = Status.INTERNAL;
  const message = `internal error; the server's log has it under request id ${requestId}`;
  return { code, message, details: encodeStatus(code, message, [errorInfo("INTERNAL", {}, requestId)]) };
}

/** The same status for a native call, where no middleware runs. */
export function toNativeStatus({ code, message, details }: GrpcStatus): StatusObject {
  const metadata = new NativeMetadata();
  metadata.set(detailsKey, Buffer.from(details));
  return { code: code as number, details: message, metadata };
}

const detailsKey = "grpc-status-details-bin";

export function putDetails(trailer: Metadata, status: GrpcStatus): void {
  trailer.set(detailsKey, status.details);
}

/** UPPER_SNAKE name of a status, as metrics and logs write it. */
export function statusName(code: number): string {
  return Status[code] ?? "UNKNOWN";
}

function detailsOf(fault: Fault, description: string, requestId: string): Any[] {
  const details = [errorInfo(fault.reason, fault.metadata, requestId)];
  if (fault.code === "invalid" && fault.field !== undefined) {
    details.push(any(BadRequest, { fieldViolations: [{ field: shorten(fault.field, longestValue), description }] }));
  }
  if (fault.code === "exhausted") {
    const subject = fault.metadata["subject"] ?? "caller";
    details.push(any(QuotaFailure, { violations: [{ subject: shorten(subject, longestValue), description }] }));
  }
  if (fault.code === "not-found") {
    details.push(
      any(ResourceInfo, {
        resourceType: shorten(fault.metadata["resource_type"] ?? fault.field ?? "", longestValue),
        resourceName: shorten(fault.metadata["resource_name"] ?? "", longestValue),
        description,
      }),
    );
  }
  if (fault.retryAfterMs !== undefined) {
    const ms = Math.max(0, Math.ceil(fault.retryAfterMs));
    details.push(any(RetryInfo, { retryDelay: { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 } }));
  }
  return details;
}

function errorInfo(reason: string, metadata: Readonly<Record<string, string>>, requestId: string): Any {
  const facts: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata)) facts[key] = shorten(value, longestValue);
  return any(ErrorInfo, { reason, domain: errorDomain, metadata: { ...facts, request_id: requestId } });
}

interface DetailType<T> {
  readonly $type: string;
  fromPartial(value: T): unknown;
  encode(value: never): { finish(): Uint8Array };
}

function any<T>(type: DetailType<T>, value: T): Any {
  const message = type.fromPartial(value) as never;
  return Any.fromPartial({
    typeUrl: `type.googleapis.com/${type.$type}`,
    value: type.encode(message).finish(),
  });
}

/** google.rpc.Status: int32 code = 1, string message = 2, repeated google.protobuf.Any details = 3. */
function encodeStatus(code: number, message: string, details: readonly Any[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(8).int32(code);
  writer.uint32(18).string(message);
  for (const detail of details) writer.uint32(26).bytes(Any.encode(detail).finish());
  return writer.finish();
}

/** Bounded, and free of lone surrogates, on which grpc-js's percent-encoding of the message throws. */
function shorten(text: string, most: number): string {
  const bounded = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return bounded.replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}
