import {
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from "@grpc/grpc-js";
import { anonymousId, covers, Fault, type Principal, peerNetwork } from "../domain/mod.ts";
import type { Clock, Random, Telemetry, TokenStore } from "../ports/mod.ts";
import type { AuthFailures } from "./auth-failures.ts";
import type { GrpcMetrics } from "./grpc-metrics.ts";
import type { Handover } from "./handover.ts";
import type { HeldRefusals } from "./held-refusals.ts";
import { identify } from "./identify.ts";
import type { InFlight } from "./in-flight.ts";
import type { Limits } from "./limits.ts";
import { scopeTooSmall } from "./middleware/scope.ts";
import { clampDeadline } from "./native-deadline.ts";
import type { Policies } from "./policy.ts";
import type { RefusalLines } from "./refusal-lines.ts";
import type { RefusalPace } from "./refusal-pace.ts";
import { type RefusalRecord, refusalOf, refusesCaller, strangerRefusal } from "./refusal-record.ts";
import { chooseRequestId } from "./request-id.ts";
import { announceQuota, quotaExceeded, type SpentQuotas } from "./spent-quotas.ts";
import { statusName, toInternalStatus, toNativeStatus, toStatus } from "./status.ts";
import type { Timers } from "./timers.ts";

/** What is left of a deadline for a kept-back answer to arrive within it. */
const answerMs = 100;

export interface GateParts {
  readonly limits: Limits;
  readonly policies: Policies;
  readonly tokens: TokenStore;
  /** Asked at each call: issuing the first token turns authentication on. */
  readonly authRequired: () => boolean;
  /** Wrong tokens by peer; undefined: nothing follows from them. */
  readonly failures?: AuthFailures | undefined;
  /** Which count a method's calls are in: probes have their own, so that a full server still answers them. */
  readonly inFlight: (path: string) => InFlight;
  readonly handover: Handover;
  /** Who has used up a quota, as the limiter last said. */
  readonly spent: SpentQuotas;
  readonly held: HeldRefusals;
  /** How long a refusal is kept back that the limiter has no part in. */
  readonly pace: RefusalPace;
  readonly metrics: GrpcMetrics;
  readonly telemetry: Telemetry;
  /** Where refused callers are recorded; undefined: nowhere. */
  readonly refusals: RefusalRecord | undefined;
  /** Bounds what a flood of refused calls writes. */
  readonly refusalLines: RefusalLines;
  readonly clock: Clock & Random;
  readonly timers: Timers;
}

/**
 * The native interceptor before all middleware: nice-grpc's runs only once a unary call's whole body has arrived,
 * this one answers at header time. Measures the metadata, finds out who calls, takes a place in flight, guards
 * against a body that stalls, and clamps the deadline. Who has just been told that a quota is used up is told so
 * again, for as long as it is certain, and who often asks for what is forbidden to them is refused here too. Who is
 * often refused, for whatever reason, is kept waiting. What it refuses is counted and logged like any other call.
 */
export function gate(parts: GateParts): ServerInterceptor {
  const { limits, timers, clock, metrics, telemetry } = parts;
  return (method, call) => {
    let leave = () => {};
    let stopStall = () => {};
    /** undefined: as long as the pace says. */
    let holdMs: number | undefined;
    let heldFor = "";
    let deadlineAt: number | undefined;
    let unhold = () => false;
    let caller: Principal | undefined;
    const header = new Metadata();

    function refuse(error: unknown, requestId: string): void {
      const answer = error instanceof Fault ? toStatus(error, requestId) : toInternalStatus(requestId);
      const code = statusName(answer.code);
      const known = caller && { token_id: caller.tokenId, peer: caller.peer };
      const line = { method: method.path, request_id: requestId, code, ...known };
      metrics.refused(method, answer.code);
      if (refusesCaller(error)) {
        const refusal = caller
          ? refusalOf(caller, error, method.path, requestId)
          : strangerRefusal(peerOf(call), error, method.path, requestId);
        parts.refusals?.add(refusal);
      }
      if (error instanceof Fault) {
        const { reason } = error;
        parts.refusalLines.line(code, () => telemetry.log.warn({ ...line, reason }, "refused at the gate"));
      } else parts.refusalLines.line(code, () => telemetry.log.error({ ...line, error }, "the gate failed"));
      header.set("x-request-id", requestId);
      call.sendMetadata(header);
      call.sendStatus(toNativeStatus(answer));
      leave();
    }

    function admit(metadata: Metadata, requestId: string): void {
      const policy = parts.policies.get(method.path);
      if (policy === undefined) throw new Error(`${method.path} has no policy`);
      deadlineAt = clampDeadline(call, clock.now(), limits.longestDeadlineMs);
      const peer = peerOf(call);
      heldFor = peerKey(peer);
      measure(metadata, limits.metadataBytes);
      const authorization = metadata.get("authorization");
      const principal = identify(
        {
          tokens: parts.tokens,
          authRequired: parts.authRequired(),
          meter: telemetry.meter,
          failures: parts.failures,
        },
        policy.scope === undefined,
        authorization,
        peer,
      );
      caller = principal;
      heldFor = callerKey(principal);
      if (policy.scope !== undefined && !covers(principal.scope, policy.scope)) {
        const ms = parts.pace.next(heldFor);
        if (ms > 0) {
          holdMs = ms;
          telemetry.meter.add("km_auth_refusals_total", { reason: "scope" });
          throw scopeTooSmall(policy.scope, principal);
        }
      } else if (policy.cost > 0 && policy.scope !== undefined) {
        const refusal = parts.spent.recall(principal, policy.pool, policy.cost);
        if (refusal !== undefined) {
          holdMs = refusal.holdMs;
          announceQuota(header, refusal.decision);
          telemetry.meter.add("km_quota_refusals_total", { method: method.path.slice(1) });
          throw quotaExceeded(principal.tokenId, policy.pool, policy.cost, refusal.decision);
        }
      }
      // No handler, log or trace behind the gate sees the secret.
      metadata.remove("authorization");
      const leaveFlight = parts.inFlight(method.path).enter(heldFor);
      const forget = parts.handover.put(metadata, { principal, requestId, deadlineAt });
      leave = () => {
        leaveFlight();
        forget();
      };
    }

    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, pass) {
            const requestId = chooseRequestId(metadata.get("x-request-id"), clock);
            try {
              admit(metadata, requestId);
            } catch (error) {
              // Not so long that the caller's own deadline answers instead.
              const left = (deadlineAt ?? Number.POSITIVE_INFINITY) - clock.now() - answerMs;
              const ms = Math.min(holdMs ?? parts.pace.next(heldFor), left);
              unhold = parts.held.hold(heldFor, ms, () => refuse(error, requestId));
              return;
            }
            // A stream of requests has no moment by which it must have arrived; its deadline bounds it.
            if (!method.requestStream) {
              stopStall = timers.after(limits.bodyStallMs, () => refuse(stalled(limits.bodyStallMs), requestId));
            }
            pass(metadata);
          },
          onReceiveHalfClose(pass) {
            stopStall();
            pass();
          },
          // grpc-js calls it at every call's end, the good one included.
          onCancel() {
            stopStall();
            if (unhold()) metrics.refused(method, status.CANCELLED);
            leave();
          },
        });
      },
    });
  };
}

function stalled(ms: number): Fault {
  return new Fault("deadline", `the request's body did not arrive within ${ms} ms`, { reason: "BODY_STALLED" });
}

/** As HTTP/2 measures header lists (RFC 9113, section 6.5.2): names, values and 32 bytes for each. */
function measure(metadata: Metadata, most: number): void {
  let bytes = 0;
  for (const [key, values] of Object.entries(metadata.toHttp2Headers())) {
    for (const value of Array.isArray(values) ? values : [values]) {
      bytes += 32 + key.length + Buffer.byteLength(String(value));
    }
  }
  if (bytes > most) {
    throw new Fault("exhausted", `the call's metadata has ${bytes} bytes; send at most ${most}`, {
      reason: "METADATA_TOO_LARGE",
    });
  }
}

/** Without the port, and IPv4 in its own form. Empty for a Unix socket. */
function peerOf(call: ServerInterceptingCallInterface): string {
  const address = call.getConnectionInfo().remoteAddress ?? "";
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}

function peerKey(peer: string): string {
  return `peer ${peerNetwork(peer)}`;
}

function callerKey({ tokenId, peer }: Principal): string {
  return tokenId === anonymousId ? peerKey(peer) : tokenId;
}
