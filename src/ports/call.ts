import type { Principal } from "../domain/mod.ts";
import type { Log } from "./telemetry.ts";

/** What the edge's middleware adds to every call's context, and handlers may rely on. */
export interface CallExtension {
  readonly principal: Principal;
  /** The id of logs, traces and ledger for this call. */
  readonly requestId: string;
  readonly log: Log;
}

/**
 * A gRPC service as its room hands it to the edge: a generated definition (the full name in `fullName`, methods in
 * `methods`) and handlers that take `CallExtension` in their context. The edge knows the contract by descriptors,
 * so the types stop here.
 */
export interface ServiceBinding {
  readonly definition: { readonly fullName: string; readonly methods: object };
  readonly implementation: object;
}
