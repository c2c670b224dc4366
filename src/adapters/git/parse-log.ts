import { Buffer } from "node:buffer";

/** Who changed a path last and when (Unix ms). */
export interface LastChange {
  readonly commit: string;
  readonly at: number;
}

/** The format that `logReader` reads: a byte no commit id has, the commit, its time in seconds. */
export const logFormat = "%x01%H %ct";
const header = /^\x01([0-9a-f]{40,64}) (\d+)$/;

export interface LogReader {
  /** Takes the next bytes; false once every wanted path was seen. */
  push(bytes: Uint8Array): boolean;
  readonly changes: Map<string, LastChange>;
}

/**
 * Reads `git log --name-only -z -c` as it streams, newest commit first: the first mention of a path is its last
 * change. Without `wanted`, every path is. Before a commit's names stands a line feed, before those of a merge an empty part.
 */
export function logReader(wanted?: ReadonlySet<string>): LogReader {
  const changes = new Map<string, LastChange>();
  let rest: Uint8Array = new Uint8Array(0);
  let change: LastChange | undefined;
  let first = false;

  function part(text: string): void {
    const head = header.exec(text);
    if (head !== null) {
      change = { commit: head[1] ?? "", at: Number(head[2]) * 1000 };
      first = true;
      return;
    }
    const path = first && text.startsWith("\n") ? text.slice(1) : text;
    first = false;
    if (change !== undefined && wanted?.has(path) !== false && !changes.has(path)) changes.set(path, change);
  }

  return {
    changes,
    push(bytes) {
      const last = bytes.lastIndexOf(0);
      if (last < 0) {
        rest = Buffer.concat([rest, bytes]);
        return true;
      }
      const text = Buffer.concat([rest, bytes.subarray(0, last)]).toString();
      rest = bytes.slice(last + 1);
      for (const piece of text.split("\0")) part(piece);
      return wanted === undefined || changes.size < wanted.size;
    },
  };
}
