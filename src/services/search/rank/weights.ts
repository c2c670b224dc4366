import type { QueryKind } from "../query/kind.ts";

/** How much each signal adds, how much each prior takes (−) or gives, and how a file's passages help each other. */
export interface Weights {
  readonly signals: Readonly<Record<string, number>>;
  readonly priors: Readonly<Record<string, number>>;
  /** Share of a file's other passages that counts for each passage, and how fast further ones fade. */
  readonly siblings: { readonly weight: number; readonly decay: number };
  /** What the second passage of a file loses in a page, the third again, as a share of its score. */
  readonly repeat: number;
}

const usual: Weights = {
  signals: {
    lexical: 0.75,
    vector: 0.3,
    definition: 0.5,
    identifier: 0.15,
    symbol_words: 0.45,
    file_name: 0.6,
    folder_name: 0.15,
    subsystem: 0.1,
    referenced: 0.1,
    tested: 0.05,
    named_path: 1,
    phrase: 1,
    fresh: 0.5,
  },
  priors: {
    test: -0.6,
    example: -0.5,
    vendored: -0.5,
    generated: -0.4,
    older: -0.4,
    barrel: -0.2,
    hidden: -0.3,
    doc: -0.3,
    config: -0.3,
  },
  siblings: { weight: 0.3, decay: 0.4 },
  repeat: 0.6,
};

const byKind: Partial<Record<QueryKind, Partial<Weights["signals"]>>> = {
  symbol: { definition: 1.5, identifier: 0.4 },
  path: { named_path: 3 },
  phrase: { phrase: 1.5 },
};

type Numbers = Readonly<Record<string, number>>;

/**
 * Weight sets that a caller chooses. `signals` multiplies what the query's kind gives each signal; `priors`
 * replaces how much a sort of file loses, or gains.
 */
const profiles: Readonly<Record<string, { readonly signals?: Numbers; readonly priors?: Numbers }>> = {
  default: {},
  /** How things are built and hang together: definitions and structure over incidental matches, prose welcome. */
  analysis: { signals: { definition: 1.4, symbol_words: 1.4, folder_name: 1.6 }, priors: { doc: 0, test: -0.5 } },
  /** How it is run: configuration and runbooks count in full. */
  operations: { signals: { folder_name: 1.3 }, priors: { config: 0.2, doc: 0.1, example: -0.2 } },
  /** Prose first, examples beside it. */
  "docs-heavy": { signals: { definition: 0.6, symbol_words: 0.6 }, priors: { doc: 1, example: 0, test: -0.7 } },
};

/** Signals that the graph is asked for. */
export const graphSignals: readonly string[] = ["referenced", "tested"];

/** As the contract names them. */
export const profileNames: readonly string[] = Object.keys(profiles);

/** Everything that can be scaled, or switched off, for an evaluation. */
export const switches: readonly string[] = [
  ...Object.keys(usual.signals),
  ...Object.keys(usual.priors),
  "siblings",
  "repeat",
];

/** @param scale by names from `switches`, what a weight is multiplied by; 0 switches it off */
export function weightsFor(kind: QueryKind, profile: string, scale: ReadonlyMap<string, number> = new Map()): Weights {
  const { signals = {}, priors = {} } = profiles[profile] ?? {};
  const mine = { ...usual.signals, ...byKind[kind] } as Record<string, number>;
  for (const [name, factor] of Object.entries(signals)) mine[name] = (mine[name] ?? 0) * factor;
  const taken: Record<string, number> = { ...usual.priors, ...priors };
  for (const [name, factor] of scale) {
    if (name in mine) mine[name] = mine[name]! * factor;
    if (name in taken) taken[name] = taken[name]! * factor;
  }
  const { weight, decay } = usual.siblings;
  return {
    signals: mine,
    priors: taken,
    siblings: { weight: weight * (scale.get("siblings") ?? 1), decay },
    repeat: usual.repeat * (scale.get("repeat") ?? 1),
  };
}
