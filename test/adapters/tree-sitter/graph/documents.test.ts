import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of documents and configurations");

facts("markdown/guide.md", () =>
  assertFacts("markdown/guide.md", {
    definitions: ["section Store 1-15 exported", "section Store > Using 10-15 in Store exported"],
    imports: [],
    mentions: [
      "3 name Store | keep from Store",
      "3 name open from Store",
      "3 path ../src/store.ts from Store",
      "4 path img/shape one.png from Store",
      "12 name KM_LIMIT from Store > Using",
      "12 path src/shapes/area.ts from Store > Using",
      "12 path ./scripts/ from Store > Using",
      "13 name Store | keep from Store > Using",
      "13 name shapes | Area from Store > Using",
      "15 path config/default.yaml from Store > Using",
    ],
  }),
);

facts("rst/guide.rst", () =>
  assertFacts("rst/guide.rst", {
    definitions: ["section Store 1-13 exported", "section Store > Using 8-13 in Store exported"],
    imports: [],
    mentions: [
      "4 name shapes.store | keep from Store",
      "4 name shapes | Store from Store",
      "4 name LIMIT from Store",
      "4 path src/store.py from Store",
      "6 path ../README.rst from Store",
      "11 path intro from Store > Using",
      "11 path area.rst from Store > Using",
      "13 name shapes | Round from Store > Using",
    ],
  }),
);

facts("manifests/ci.yaml", () =>
  assertFacts("manifests/ci.yaml", {
    definitions: ["section on 1 exported", "section jobs 2-7 exported"],
    imports: [],
    mentions: ["4 path ./scripts/run.mjs from jobs", "4 path config/ci.toml from jobs"],
  }),
);

facts.run();
