import { suite } from "uvu";
import { killAgainAndAgain, roundsPerFile, seed } from "./kill-rounds.ts";

const test = suite("killed while it starts after a kill");

test(`the start after it sets right what both left (${roundsPerFile} kills, seed ${seed + 3})`, async () => {
  await killAgainAndAgain({
    rounds: roundsPerFile,
    seed: seed + 3,
    // Every other kill leaves something for the start that is killed next.
    killAt: (round) => (round % 2 === 1 ? "ingest" : "start"),
  });
});

test.run();
