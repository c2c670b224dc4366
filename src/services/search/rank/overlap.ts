/** How much of the question a word covers, and how much it counts as said there: both 0 to 1. */
interface Worth {
  readonly covered: number;
  readonly said: number;
}

/** A word that begins a term of the question, or the other way round, counts in part. */
const partial = 0.6;
/** Letters that two words must share from the start to be taken for forms of one. */
const shortest = 4;
const nothing: Worth = { covered: 0, said: 0 };

/**
 * The terms of a question, each with its share of the whole. What a word is worth is worked out once: the names of
 * hundreds of candidates are made of the same few words.
 */
export class Mass {
  readonly #terms: ReadonlyMap<string, number>;
  /** Terms that a word can begin or be begun by, by their first letters; the one that counts most first. */
  readonly #begun = new Map<number, string[]>();
  readonly #known = new Map<string, Worth>();

  constructor(terms: ReadonlyMap<string, number>) {
    this.#terms = terms;
    for (const [term] of [...terms].sort(([, a], [, b]) => b - a)) {
      if (term.length < shortest) continue;
      const beginning = beginningOf(term);
      const others = this.#begun.get(beginning);
      if (others === undefined) this.#begun.set(beginning, [term]);
      else others.push(term);
    }
  }

  worth(word: string): Worth {
    let worth = this.#known.get(word);
    if (worth === undefined) {
      worth = this.#worth(word);
      this.#known.set(word, worth);
    }
    return worth;
  }

  #worth(word: string): Worth {
    const exact = this.#terms.get(word);
    if (exact !== undefined) return { covered: exact, said: 1 };
    if (word.length < shortest) return nothing;
    const term = this.#begun.get(beginningOf(word))?.find((one) => one.startsWith(word) || word.startsWith(one));
    const best = term === undefined ? 0 : (this.#terms.get(term) ?? 0);
    return best > 0 ? { covered: best * partial, said: partial } : nothing;
  }
}

/**
 * How much of the question's mass a name covers and how much of the name the question says, both 0 to 1. A word
 * that begins the other counts in part: `auth` for "authentication", `config` for "configuration".
 */
export function overlap(name: readonly string[], mass: Mass): { covered: number; share: number } {
  let covered = 0;
  let said = 0;
  for (const word of name) {
    const worth = mass.worth(word);
    covered += worth.covered;
    said += worth.said;
  }
  return { covered: Math.min(1, covered), share: name.length === 0 ? 0 : said / name.length };
}

/** The first letters of a word of `shortest` or more, as one number; others may share it. */
function beginningOf(word: string): number {
  let sum = 0;
  for (let at = 0; at < shortest; at++) sum = (Math.imul(sum, 31) + word.charCodeAt(at)) | 0;
  return sum;
}
