import { Fault, type Scope, type StoredToken } from "../../../domain/mod.ts";
import type { TokenRecords } from "../../../ports/mod.ts";
import type { Database } from "./database.ts";
import { type Row, type Statement, sql } from "./statement.ts";

function toToken(row: Row): StoredToken {
  const sources = row["sources"];
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    scope: row["scope"] as Scope,
    sources: sources === null ? undefined : (JSON.parse(String(sources)) as string[]),
    quotaClass: String(row["quota_class"]),
    digest: String(row["digest"]),
    formerDigest: String(row["former_digest"]),
    formerUntil: Number(row["former_until"]),
    createdAt: Number(row["created_at"]),
    expiresAt: Number(row["expires_at"]),
    revokedAt: Number(row["revoked_at"]),
    lastUsedAt: Number(row["last_used_at"]),
  };
}

/** Rows are never deleted: a list says what there was, and a gateway that had tokens never falls back to open. */
export function tokenRecords(database: Database): TokenRecords {
  /** True when `change` met a row. */
  async function changed(id: string, condition: string, change: Statement, signal: AbortSignal): Promise<boolean> {
    const grows = sql(`UPDATE token_version SET version = version + 1 WHERE EXISTS (${condition})`, id);
    const [met] = await database.batch("write", [sql(condition, id), grows, change], signal);
    return met?.length === 1;
  }

  return {
    async version(signal) {
      const [rows] = await database.batch("read", [sql("SELECT version FROM token_version")], signal);
      return Number(rows?.[0]?.["version"] ?? 0);
    },

    async all(signal) {
      const [rows] = await database.batch("read", [sql("SELECT * FROM token ORDER BY created_at, id")], signal);
      return (rows ?? []).map(toToken);
    },

    async add(token, signal) {
      const sources = token.sources === undefined ? null : JSON.stringify(token.sources);
      const [taken] = await database.batch(
        "write",
        [
          sql("SELECT id FROM token WHERE id = ?", token.id),
          sql(
            `INSERT INTO token (id, name, scope, sources, quota_class, digest, former_digest, former_until, created_at,
               expires_at, revoked_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO NOTHING`,
            token.id,
            token.name,
            token.scope,
            sources,
            token.quotaClass,
            token.digest,
            token.formerDigest,
            token.formerUntil,
            token.createdAt,
            token.expiresAt,
            token.revokedAt,
            token.lastUsedAt,
          ),
          sql("UPDATE token_version SET version = version + 1"),
        ],
        signal,
      );
      if (taken?.length === 1) throw new Fault("conflict", "a token of this id exists; issue it again");
    },

    rotate(id, { digest, formerDigest, formerUntil, expiresAt }, signal) {
      const change = sql(
        `UPDATE token SET digest = ?2, former_digest = ?3, former_until = ?4, expires_at = ?5
         WHERE id = ?1 AND revoked_at = 0`,
        id,
        digest,
        formerDigest,
        formerUntil,
        expiresAt,
      );
      return changed(id, "SELECT id FROM token WHERE id = ? AND revoked_at = 0", change, signal);
    },

    revoke(id, at, signal) {
      const change = sql("UPDATE token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at = 0", id, at);
      return changed(id, "SELECT id FROM token WHERE id = ?", change, signal);
    },

    async used(at, signal) {
      if (at.size === 0) return;
      const change = "UPDATE token SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2";
      const statements = [...at].map(([id, time]) => sql(change, id, time));
      await database.batch("write", statements, signal);
    },
  };
}
