import type { Buffer } from "node:buffer";

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

interface Output {
  on(event: "data", heard: (bytes: Buffer) => void): unknown;
}

/** A program under way; of Node's ChildProcess what is used of it. */
export interface Child {
  readonly stdout: Output;
  readonly stderr: Output;
  /** It could not be started, or was lost: no `close` need follow. */
  on(event: "error", heard: (cause: NodeJS.ErrnoException) => void): unknown;
  /** It ended, and all it wrote was heard; null: by a signal. */
  on(event: "close", heard: (code: number | null) => void): unknown;
  /** At once. */
  kill(): void;
}
