import type { At } from "../../domain/mod.ts";
import type { Generation, Generations } from "./generations.ts";

/**
 * Given-up generations that are remembered: those of the last hundred runs that were killed or left behind. A writer
 * that was paused for longer than it takes a hundred more to be killed is not kept out.
 */
const mostGivenUp = 100;

/** Generations whose writers have not ended, and may still be writing: dead, paused, or left behind. */
export interface GivenUp {
  readonly givenUp: readonly number[];
  /** Of them, the ones that are still told of as begun. */
  readonly left: readonly number[];
}

/**
 * Gives up whatever else was begun for a source, and remembers what was given up before. To be asked once the new
 * generation is told of as begun. `keep` is the latest generation that stays.
 */
export async function giveUp(
  generations: Generations,
  { source, generation }: At,
  keep: number,
  committed: readonly Generation[],
  signal: AbortSignal,
): Promise<GivenUp> {
  const stays = committed.filter((one) => one.generation <= keep).map((one) => one.generation);
  const begun = await generations.begun(source, signal);
  const left = begun.filter((one) => one !== generation && !stays.includes(one));
  const before = committed.flatMap(({ givenUp }) => givenUp);
  return { left, givenUp: [...new Set([...left, ...before])].sort((a, b) => b - a).slice(0, mostGivenUp) };
}
