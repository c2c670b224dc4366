import { suite } from "uvu";
import { killAgainAndAgain, roundsPerFile, seed } from "./kill-rounds.ts";

const test = suite("killed at every stage of an ingest");
const stages = ["waiting", "listing", "planning", "indexing", "linking", "committing"] as const;

test(`the last good generation is served, and the next run completes (${roundsPerFile} kills, seed ${seed})`, () =>
  killAgainAndAgain({ rounds: roundsPerFile, seed, killAt: (round) => ({ stage: stages[round % stages.length]! }) }));

test.run();
