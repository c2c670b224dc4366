import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { Fault } from "../../../domain/mod.ts";

/** Fewer could be guessed; as many as HMAC-SHA-256 gives back. */
const keyBytes = 32;

/**
 * The key of the chain. A file that is there is taken as it is (whatever its text, white space at its ends left
 * out); a missing one is made, readable by its owner alone.
 * @param mayMake whether there is no entry yet that another key has signed
 * @throws Fault `precondition` when it is missing, too short, or can't be read or made.
 */
export function ledgerKey(file: string, mayMake: boolean): Uint8Array {
  const refuse = (what: string, cause?: unknown) =>
    new Fault("precondition", `the audit ledger's key (KM_AUDIT_KEY_FILE) ${what}`, { cause, reason: "LEDGER_KEY" });
  try {
    if (!existsSync(file)) {
      if (!mayMake) throw refuse("is missing, and the ledger has entries under it: put it back");
      const fd = openSync(file, "wx", 0o600);
      writeSync(fd, `${randomBytes(keyBytes).toString("hex")}\n`);
      fsyncSync(fd);
      closeSync(fd);
    }
    const key = new TextEncoder().encode(readFileSync(file, "utf8").trim());
    if (key.length < keyBytes) throw refuse(`has ${key.length} bytes; it needs at least ${keyBytes}`);
    return key;
  } catch (error) {
    // Another process made it in between.
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return ledgerKey(file, mayMake);
    if (error instanceof Fault) throw error;
    throw refuse("can't be read or made; make it readable, or name another", error);
  }
}
