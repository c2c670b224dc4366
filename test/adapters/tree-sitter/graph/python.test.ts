import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of Python");

facts("python/sample.py", () =>
  assertFacts("python/sample.py", {
    definitions: [
      "constant LIMIT 13 exported",
      "variable _cache 14",
      "class Store 18-37 exported",
      "method Store.__init__ 22-24 in Store exported",
      "method Store.size 27-29 in Store exported",
      "method Store._hidden 32-37 in Store",
      "function compute 40-43 exported",
      "function compute.inner 41-42 in compute",
      "function test_store 46-47 exported test",
      "class TestStore 50-52 exported test",
      "method TestStore.test_size 51-52 in TestStore exported test",
    ],
    imports: [
      "4 os.path: * as os.path",
      "5 numpy: * as np",
      "5 sys: * as sys",
      "6 .: sibling",
      "7-10 ..shapes: Base as Root, area",
      "11 .stars: *",
    ],
    mentions: [
      "13 reference np | MAX from LIMIT",
      "14 reference Shape from _cache",
      "17 call dataclass from Store",
      "18 extends Root from Store",
      "18 reference sibling from Store",
      "18 extends sibling | Mixin from Store",
      "18 reference Shape from Store",
      "18 reference Meta from Store",
      "20 reference Kind | SMALL from Store",
      "20 reference Kind from Store",
      "22 reference LIMIT from Store.__init__",
      "23 call super() | __init__ from Store.__init__",
      "24 call os.path | join from Store.__init__",
      "24 reference os.path | sep from Store.__init__",
      "28 call area from Store.size",
      "29 call compute from Store.size",
      "29 reference LIMIT from Store.size",
      "31 call sibling | cached from Store._hidden",
      "32 reference Store from Store._hidden",
      "32 reference Optional from Store._hidden",
      "32 reference Shape from Store._hidden",
      "35 call Store from Store._hidden",
      "35 call Store() | size from Store._hidden",
      "36 reference sibling | Broken from Store._hidden",
      "36 reference sibling from Store._hidden",
      "37 call Failed from Store._hidden",
      "40 reference Shape from compute",
      "43 call inner from compute",
      "43 call helper from compute",
      "47 call compute from test_store",
      "47 call Store from test_store",
      "52 call Store from TestStore.test_size",
    ],
  }),
);

facts.run();
