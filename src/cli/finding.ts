/** A finding: what was looked at, whether it is well, and what was seen or is to be done. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly note: string;
}
