import { suite } from "uvu";
import * as assert from "uvu/assert";
import { killAgainAndAgain, roundsPerFile, seed } from "./kill-rounds.ts";

const test = suite("killed at every stage of an ingest");
const stages = ["waiting", "listing", "planning", "indexing", "linking", "committing", "sweeping"] as const;

test(`the last good generation is served, and the next run completes (${roundsPerFile} kills, seed ${seed})`, async () => {
  const killAt = (round: number) => ({ stage: stages[round % stages.length]! });
  const { inside } = await killAgainAndAgain({ rounds: roundsPerFile, seed, killAt });
  if (roundsPerFile >= 2 * stages.length) assert.equal([...inside.keys()].sort(), [...stages].sort());
});

test.run();
