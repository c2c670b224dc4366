import { serverToken, serverUrl } from "../libsql-server.ts";
import { absolute, integer, path } from "../parsers.ts";
import type { Secret } from "../secret.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface AuditConfig {
  /** Absolute; undefined: `audit/key` in the state directory. */
  readonly keyFile: string | undefined;
  /** 0: for ever. */
  readonly retentionDays: number;
  /** undefined: a file in the state directory. */
  readonly url: string | undefined;
  readonly authToken: Secret | undefined;
}

export const auditVariables = {
  keyFile: optional({
    name: "KM_AUDIT_KEY_FILE",
    summary: "The key that signs the audit ledger; made, for its owner alone, when missing.",
    unset: "audit/key in the state directory",
    reason: "On another volume, whoever can write the ledger can't sign what they wrote.",
    parser: path,
  }),
  retentionDays: variable({
    name: "KM_AUDIT_RETENTION_DAYS",
    summary: "How long ledger entries are kept, in days; 0 keeps them for ever.",
    default: "400",
    reason: "A year, and the time to look back at it.",
    parser: integer(0, 36_500),
  }),
  url: optional({
    name: "KM_AUDIT_URL",
    summary: "A libSQL server that keeps the audit ledger; head file and key stay in the state directory.",
    unset: "a file in the state directory",
    reason: "Gateways that share their state share its history.",
    parser: serverUrl,
  }),
  token: optional({
    name: "KM_AUDIT_TOKEN",
    summary: "What the server of KM_AUDIT_URL wants as its token.",
    unset: "none is sent",
    reason: "A token is the operator's to make.",
    parser: serverToken,
  }),
};

export function auditConfig(values: Values<typeof auditVariables>, cwd: string): AuditConfig {
  const { keyFile, retentionDays, url, token } = values;
  return {
    keyFile: keyFile === undefined ? undefined : absolute(keyFile, cwd),
    retentionDays,
    url,
    authToken: token,
  };
}
