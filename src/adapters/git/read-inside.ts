import { constants, realpathSync, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { Fault, throwIfAborted } from "../../domain/mod.ts";
import { type OpenFile, openFile } from "./open-file.ts";

/** How often a file that changes under the reader is read anew. */
const attempts = 3;

function refused(reason: string, message: string, cause?: unknown): Fault {
  return new Fault("precondition", message, { reason, cause });
}

/**
 * Reads a file below `root` (a real path) that no link leads out of. The open file is compared with the one that
 * the resolved path names, so a link slipped in between is noticed.
 * @throws Fault `not-found`; `precondition` with reason ESCAPES_ROOT, LINK, UNREADABLE or TOO_LARGE.
 */
export async function readInside(
  root: string,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  throwIfAborted(signal);
  if (path === "" || path.includes("\0") || path.startsWith("/") || path.split("/").includes("..")) {
    throw refused("ESCAPES_ROOT", "the path does not lie below the source's root");
  }
  const full = join(root, path);
  const file = await openUnlinked(full, root);
  try {
    const { dev, ino } = file.stat();
    // Just opened, so the kernel has these at hand.
    const real = realpathSync.native(full);
    const named = statSync(real, { bigint: true });
    if (!real.startsWith(root === "/" ? root : `${root}/`) || named.dev !== dev || named.ino !== ino) {
      throw refused("ESCAPES_ROOT", "a link leads out of the source's root");
    }
    return await readSettled(file, maxBytes, signal);
  } catch (cause) {
    throw cause instanceof Fault ? cause : readFault(cause);
  } finally {
    file.close();
  }
}

async function openUnlinked(full: string, root: string): Promise<OpenFile> {
  // Non-blocking, since opening a named pipe would otherwise wait for a writer for ever.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  try {
    return await openFile(full, flags);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== "ELOOP" && code !== "EMLINK") throw readFault(cause);
    const real = await realpath(full).catch(() => "");
    throw real.startsWith(`${root}/`)
      ? refused("LINK", "a symbolic link is not read; what it points at is", cause)
      : refused("ESCAPES_ROOT", "a link leads out of the source's root", cause);
  }
}

function readFault(cause: unknown): Fault {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR"
    ? new Fault("not-found", "the file is gone since it was listed", { cause, reason: "MISSING" })
    : refused("UNREADABLE", "the file can't be read; check its permissions", cause);
}

/**
 * The bytes of a file as they were at one moment: when size or times moved while it was read, it is read again.
 * @throws Fault `precondition` with reason TOO_LARGE or UNREADABLE.
 */
export async function readSettled(
  file: Pick<OpenFile, "stat" | "read">,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    throwIfAborted(signal);
    const before = file.stat();
    if (!before.isFile()) throw refused("UNREADABLE", "it is a folder, a pipe or a device, not a file");
    if (before.size > maxBytes) {
      throw refused("TOO_LARGE", `the file has ${before.size} bytes and the limit is ${maxBytes}`);
    }
    const size = Number(before.size);
    const bytes = await readAll(file, size, signal);
    const after = file.stat();
    const same = after.size === before.size && after.mtimeNs === before.mtimeNs && after.ctimeNs === before.ctimeNs;
    if (same && bytes.length === size) return bytes;
  }
  throw refused("UNREADABLE", "the file keeps changing while it is read; the next run tries again");
}

async function readAll(file: Pick<OpenFile, "read">, size: number, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    throwIfAborted(signal);
    const count = await file.read(bytes, at, Math.min(size - at, 1 << 20), at);
    if (count === 0) break;
    at += count;
  }
  return bytes.subarray(0, at);
}
