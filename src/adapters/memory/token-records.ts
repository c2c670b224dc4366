import { Fault, type StoredToken, throwIfAborted } from "../../domain/mod.ts";
import type { TokenRecords } from "../../ports/mod.ts";

/** The reference: what the contract suite says, in a map. */
export function memoryTokenRecords(): TokenRecords {
  const tokens = new Map<string, StoredToken>();
  let version = 0;
  const change = (id: string, changed: Partial<StoredToken>): void => {
    tokens.set(id, { ...tokens.get(id)!, ...changed });
  };
  return {
    async version(signal) {
      throwIfAborted(signal);
      return version;
    },
    async all(signal) {
      throwIfAborted(signal);
      return [...tokens.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    },
    async add(token, signal) {
      throwIfAborted(signal);
      if (tokens.has(token.id)) throw new Fault("conflict", "a token of this id exists; issue it again");
      tokens.set(token.id, token);
      version += 1;
    },
    async rotate(id, rotation, signal) {
      throwIfAborted(signal);
      const known = tokens.get(id);
      if (known === undefined || known.revokedAt !== 0) return false;
      change(id, rotation);
      version += 1;
      return true;
    },
    async revoke(id, at, signal) {
      throwIfAborted(signal);
      const known = tokens.get(id);
      if (known === undefined) return false;
      if (known.revokedAt === 0) {
        change(id, { revokedAt: at });
        version += 1;
      }
      return true;
    },
    async used(at, signal) {
      throwIfAborted(signal);
      for (const [id, lastUsedAt] of at) {
        if (lastUsedAt > (tokens.get(id)?.lastUsedAt ?? Number.POSITIVE_INFINITY)) change(id, { lastUsedAt });
      }
    },
  };
}
