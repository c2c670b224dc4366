import type { At, LineRange } from "../../../domain/mod.ts";
import type { IndexTotals, Passage, StoredFile } from "../../../ports/mod.ts";
import type { Named } from "../thread/mod.ts";

/** What the lookup thread does: short reads that never wait for a search. */
export type LookupOperations = {
  open: (argument: null) => void;
  passages: (argument: { readonly at: readonly At[]; readonly chunkIds: readonly string[] }) => Passage[];
  file: (argument: {
    readonly at: At;
    readonly path: string;
    readonly lines: LineRange | undefined;
  }) => StoredFile | undefined;
  files: (argument: { readonly at: At; readonly afterPath: string; readonly limit: number }) => string[];
  count: (argument: At) => IndexTotals & { readonly latest: number };
  close: (argument: null) => void;
};

export const lookupNames: Named<LookupOperations> = {
  open: true,
  passages: true,
  file: true,
  files: true,
  count: true,
  close: true,
};
