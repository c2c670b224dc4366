import type { Socket } from "node:net";
import type { Transaction } from "neo4j-driver";
import { Fault } from "../../../domain/mod.ts";

/** What of the driver's insides is looked at; 6.3.0, which is pinned, has them so, and a test holds it to that. */
interface Inside {
  readonly _connectionHolder?: { getConnection(): Promise<Wrapped | null> };
}
interface Wrapped {
  readonly _delegate?: Wrapped;
  readonly _ch?: { readonly _conn?: Socket };
}

export interface WireLimit {
  readonly passed: boolean;
  /** Ends the counting. */
  end(): void;
  /** Ends the connection, and with it what it waits for. */
  cut(): void;
}

/**
 * Cuts a transaction's connection once the server has sent too much over it. The driver holds a row until it has
 * all of it, however large that is, and offers no limit of its own.
 */
export async function limitWire(tx: Transaction, bytes: number): Promise<WireLimit> {
  let wrapped = (await (tx as unknown as Inside)._connectionHolder?.getConnection()) ?? undefined;
  while (wrapped !== undefined && wrapped._ch === undefined) wrapped = wrapped._delegate;
  const socket = wrapped?._ch?._conn;
  if (socket === undefined)
    throw new Fault("internal", "this version of the Neo4j driver can't be limited: QueryCypher is not served");
  let received = 0;
  let passed = false;
  const count = (chunk: Uint8Array): void => {
    received += chunk.byteLength;
    if (received <= bytes || passed) return;
    passed = true;
    cut();
  };
  const cut = (): void => void socket.destroy(new Error("cut by QueryCypher"));
  socket.on("data", count);
  return {
    get passed() {
      return passed;
    },
    end: () => void socket.off("data", count),
    cut,
  };
}
