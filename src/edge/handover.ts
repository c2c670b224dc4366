import type { Metadata } from "@grpc/grpc-js";
import type { Principal } from "../domain/mod.ts";

/** What the gate knows of a call it let in. */
export interface Admitted {
  readonly principal: Principal;
  readonly requestId: string;
  /** When the caller's own deadline ends, Unix ms, clamped; undefined when it set none. */
  readonly deadlineAt: number | undefined;
}

/**
 * The metadata key under which the gate hands a call over to the chain: nice-grpc gives middleware the metadata and
 * nothing else of the native call. What a caller sends under it is overwritten.
 */
const key = "km-admitted";

/** Calls between the gate and the chain. */
export class Handover {
  readonly #calls = new Map<string, Admitted>();
  #next = 0;

  /** The returned function forgets the call, for one that ends before the chain begins. */
  put(metadata: Pick<Metadata, "set">, admitted: Admitted): () => void {
    const id = String(this.#next++);
    metadata.set(key, id);
    this.#calls.set(id, admitted);
    return () => void this.#calls.delete(id);
  }

  /** undefined when the call has ended already. */
  take(metadata: { get(key: string): unknown; delete(key: string): void }): Admitted | undefined {
    const id = String(metadata.get(key));
    metadata.delete(key);
    const admitted = this.#calls.get(id);
    this.#calls.delete(id);
    return admitted;
  }
}
