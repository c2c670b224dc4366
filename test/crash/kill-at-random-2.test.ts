import { suite } from "uvu";
import { killAgainAndAgain, roundsPerFile, seed } from "./kill-rounds.ts";

const test = suite("killed at random moments of an ingest, 2");

test(`the last good generation is served, and the next run completes (${roundsPerFile} kills, seed ${seed + 2})`, async () => {
  await killAgainAndAgain({ rounds: roundsPerFile, seed: seed + 2, killAt: () => "ingest" });
});

test.run();
