import { createHmac, timingSafeEqual } from "node:crypto";
import { closeSync, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Head } from "./ledger-chain.ts";

/** What the second file knows of the chain's end. */
export interface HeadMark extends Head {
  /** The entry about to be inserted: a crash leaves it there or not. */
  readonly next?: Head;
}

/** A slot is a disk sector, so that a write in the middle of a power failure leaves the other one whole. */
const slotBytes = 512;

interface Slot extends HeadMark {
  readonly count: number;
  readonly mac: string;
}

/**
 * The ledger's end in a file of its own, so that entries cut off the end are missed. `announce` comes before an
 * entry is inserted and is on disk when it returns; `confirm` comes after and leaves the other slot blank. So the
 * file names the last entry or, where a crash came in between, the one before it and what was about to follow. Each
 * slot is signed: nobody without the key can move the end back, unless they kept an older copy of the file.
 */
export class LedgerHead {
  readonly #file: string;
  readonly #key: Uint8Array;
  #count = 0;

  constructor(file: string, key: Uint8Array) {
    this.#file = file;
    this.#key = key;
  }

  /** undefined: there is no file; "unreadable": no slot of it was written by this ledger. */
  read(): HeadMark | undefined | "unreadable" {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    const slots = [text.slice(0, slotBytes), text.slice(slotBytes)].flatMap((part) => this.#parsed(part));
    const latest = slots.sort((a, b) => b.count - a.count)[0];
    if (latest === undefined) return "unreadable";
    this.#count = Math.max(this.#count, latest.count);
    return latest;
  }

  announce(head: Head, next: Head): void {
    this.#write(0, this.#signed({ ...head, next }).padEnd(slotBytes), true);
  }

  confirm({ sequence, hash }: Head): void {
    this.#write(0, " ".repeat(slotBytes) + this.#signed({ sequence, hash }).padEnd(slotBytes), false);
  }

  /** Makes the file, or makes a damaged one anew. */
  create(head: Head): void {
    closeSync(openSync(this.#file, "a", 0o600));
    this.#write(0, " ".repeat(slotBytes) + this.#signed(head).padEnd(slotBytes), true);
  }

  #write(at: number, text: string, sync: boolean): void {
    const fd = openSync(this.#file, "r+");
    try {
      writeSync(fd, text, at);
      if (sync) (at === 0 && text.length > slotBytes ? fsyncSync : fdatasyncSync)(fd);
    } finally {
      closeSync(fd);
    }
  }

  #signed(mark: HeadMark): string {
    this.#count += 1;
    const { sequence, hash, next } = mark;
    const count = this.#count;
    return `${JSON.stringify({ count, sequence, hash, next, mac: this.#mac(count, mark) })}\n`;
  }

  #mac(count: number, { sequence, hash, next }: HeadMark): string {
    const form = ["ledger-head/1", count, sequence, hash, next?.sequence ?? 0, next?.hash ?? ""];
    return createHmac("sha256", this.#key).update(JSON.stringify(form)).digest("hex");
  }

  #parsed(text: string): Slot[] {
    if (text.trim() === "") return [];
    try {
      const slot = JSON.parse(text) as Slot;
      const mac = new TextEncoder().encode(this.#mac(slot.count, slot));
      const given = new TextEncoder().encode(slot.mac);
      return mac.length === given.length && timingSafeEqual(mac, given) ? [slot] : [];
    } catch {
      return [];
    }
  }
}

/** The words for a gap. */
export function missing(first: number, last: number): { readonly sequence: number; readonly problem: string } {
  const which = first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
  return { sequence: first, problem: `${which} missing` };
}

/** Whether the stored chain ends where the second file says; else what is wrong, and from which entry on. */
export function compareEnds(
  stored: Head,
  mark: HeadMark | undefined | "unreadable",
  shared: boolean,
): { readonly sequence: number; readonly problem: string } | undefined {
  if (mark === undefined && stored.sequence === 0) return undefined;
  if (mark === undefined || mark === "unreadable") {
    const how = mark === undefined ? "is missing" : "is damaged";
    return { sequence: stored.sequence, problem: `the head file ${how}, so entries may be missing at the end` };
  }
  if (stored.sequence < mark.sequence) {
    const { sequence, problem } = missing(stored.sequence + 1, mark.sequence);
    return { sequence, problem: `${problem}: the ledger was cut at its end` };
  }
  if (stored.sequence === mark.sequence) {
    if (stored.hash === mark.hash) return undefined;
    return { sequence: stored.sequence, problem: `entry ${stored.sequence} is not the one that the head file names` };
  }
  const { next } = mark;
  // Others append to a shared ledger, each with a head file of its own.
  if (shared || (stored.sequence === next?.sequence && stored.hash === next.hash)) return undefined;
  return {
    sequence: mark.sequence + 1,
    problem: `the head file ends at entry ${mark.sequence}: an older copy of it was put back`,
  };
}
