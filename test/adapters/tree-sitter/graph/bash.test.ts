import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of Bash");

facts("bash/deploy.sh", () =>
  assertFacts("bash/deploy.sh", {
    definitions: ["constant LIMIT 6 exported", "function build-all 8-11 exported", "function main 13-16 exported"],
    imports: ["2 re-export ./lib/log.sh: *", "3 re-export ./common.sh: *"],
    mentions: [
      "9 call log_info from build-all",
      "10 call check_tools from build-all",
      "10 path ./scripts/build.sh from build-all",
      "14 call build-all from main",
      "18 call main",
    ],
  }),
);

facts.run();
