/**
 * How much of the question's mass a name covers and how much of the name the question says, both 0 to 1. A word
 * that begins the other counts in part: `auth` for "authentication", `config` for "configuration".
 */
export function overlap(
  name: readonly string[],
  mass: ReadonlyMap<string, number>,
): { covered: number; share: number } {
  let covered = 0;
  let said = 0;
  for (const word of name) {
    const exact = mass.get(word);
    if (exact !== undefined) {
      covered += exact;
      said += 1;
      continue;
    }
    let best = 0;
    for (const [term, value] of mass) if (begins(word, term)) best = Math.max(best, value);
    covered += best * partial;
    if (best > 0) said += partial;
  }
  return { covered: Math.min(1, covered), share: name.length === 0 ? 0 : said / name.length };
}

const partial = 0.6;
/** Letters that two words must share from the start to be taken for forms of one. */
const shortest = 4;

function begins(word: string, term: string): boolean {
  const [short, long] = word.length <= term.length ? [word, term] : [term, word];
  return short.length >= shortest && long.startsWith(short);
}
