import { type Part, part, type Ranked, type Scored } from "./ranked.ts";

/** A page's worth: within each window of this many hits a file has at most `most`, while others remain. */
const window = 10;
const most = 3;
type Place = Pick<Ranked, "candidate" | "score">;

/** Keeps a yielding passage just below the one it yields to, so that scores fall along the list. */
const step = 1e-9;

/**
 * Orders passages so that one file doesn't crowd a page: repeats lose a share, and past the third they yield.
 * Gives at least the first `wanted`, if there are so many.
 */
export function spread(ranked: readonly Scored[], repeat: number, wanted: number): Scored[] {
  return windowed(discounted(ranked, repeat), wanted);
}

export function inOrder(a: Place, b: Place): number {
  // Whole numbers: a difference would be an object for each comparison.
  if (a.score !== b.score) return a.score > b.score ? -1 : 1;
  return a.candidate.chunkId < b.candidate.chunkId ? -1 : a.candidate.chunkId > b.candidate.chunkId ? 1 : 0;
}

/** The n-th passage of a file keeps (1 − repeat)^(n−1) of its score, from the third on like the third. */
function discounted(ranked: readonly Scored[], repeat: number): Scored[] {
  const seen = new Map<string, number>();
  const result = ranked.toSorted(inOrder).map((each) => {
    const before = seen.get(each.file) ?? 0;
    seen.set(each.file, before + 1);
    if (before === 0 || repeat === 0) return each;
    return adjusted(each, part("repeat", (1 - repeat) ** Math.min(before, most) - 1, each.score));
  });
  return result.sort(inOrder);
}

function windowed(sorted: readonly Scored[], wanted: number): Scored[] {
  const result: Scored[] = [];
  let waiting: Scored[] = [];
  let next = 0;
  while (result.length < sorted.length && result.length < wanted) {
    const room = new Map<string, number>();
    const held: Scored[] = [];
    const queue = waiting;
    let fromQueue = 0;
    for (let filled = 0; filled < window && result.length < sorted.length; ) {
      // What waited longest comes first: it outscores everything that is still to come.
      const each = fromQueue < queue.length ? (queue[fromQueue++] as Scored) : sorted[next++];
      if (each === undefined) {
        result.push(...held.splice(0, window - filled).map((one) => below(one, result.at(-1))));
        filled = window;
        continue;
      }
      const taken = room.get(each.file) ?? 0;
      if (taken >= most) {
        held.push(each);
        continue;
      }
      room.set(each.file, taken + 1);
      result.push(below(each, result.at(-1)));
      filled += 1;
    }
    waiting = [...held, ...queue.slice(fromQueue)];
  }
  return result;
}

function below(each: Scored, previous: Scored | undefined): Scored {
  if (previous === undefined || each.score <= previous.score) return each;
  return adjusted(each, part("crowding", 1, previous.score - each.score - step));
}

function adjusted(each: Scored, by: Part): Scored {
  const { candidate, file, siblings, score, adjusted } = each;
  return { candidate, file, siblings, score: score + by.contribution, adjusted: [...adjusted, by] };
}
