/** Time comes in as a port, so that no test sleeps. */
export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Resolves after `ms` (at once when 0 or less); rejects with the Fault of the signal's abort. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Randomness as a port: ids and keys. */
export interface Random {
  uuid(): string;
  bytes(length: number): Uint8Array;
}
