import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of C++ and C");

facts("cpp/store.cpp", () =>
  assertFacts("cpp/store.cpp", {
    definitions: [
      "constant LIMIT 6 exported",
      "module shapes 8-37 exported",
      "class shapes.Store 11-19 in shapes exported",
      "method shapes.Store.Store 13 in shapes.Store exported",
      "method shapes.Store.~Store 14 in shapes.Store exported",
      "method shapes.Store.keep 15 in shapes.Store exported",
      "function shapes.hidden 21 in shapes",
      "method shapes.Store.keep 23-33 in shapes exported",
      "enum shapes.Mode 35 in shapes exported",
      "function TEST 39 exported test",
    ],
    imports: ["1 re-export vector: *", "2 re-export shapes/area.h: *"],
    mentions: [
      "11 extends Base from shapes.Store",
      "11 extends kit | Holder from shapes.Store",
      "11 extends kit::deep | Row from shapes.Store",
      "13 reference Options from shapes.Store.Store",
      "13 reference LIMIT from shapes.Store.Store",
      "13 call open from shapes.Store.Store",
      "13 call options | path from shapes.Store.Store",
      "15 reference Kept from shapes.Store.keep",
      "15 reference Shape from shapes.Store.keep",
      "15 reference LIMIT from shapes.Store.keep",
      "16 reference Mode from shapes.Store",
      "18 reference std | vector from shapes.Store",
      "18 reference Shape from shapes.Store",
      "23 reference Kept from shapes.Store.keep",
      "23 reference Shape from shapes.Store.keep",
      "24 call measure from shapes.Store.keep",
      "25 call items_ | push_back from shapes.Store.keep",
      "26 call this | check from shapes.Store.keep",
      "27 call Kept from shapes.Store.keep",
      "28 call item | area from shapes.Store.keep",
      "29 call kit::deep | log from shapes.Store.keep",
      "29 reference Mode | Fast from shapes.Store.keep",
      "29 call hidden from shapes.Store.keep",
      "30 call std | make_unique from shapes.Store.keep",
      "30 reference Point from shapes.Store.keep",
      "31 call kit::deep::more | sort from shapes.Store.keep",
      "31 call kit | Box from shapes.Store.keep",
      "31 reference T from shapes.Store.keep",
      "39 reference StoreTest from TEST",
      "39 reference Keeps from TEST",
      "39 call EXPECT_EQ from TEST",
      "39 call shapes | make from TEST",
      "39 call shapes::make() | keep from TEST",
    ],
  }),
);

facts("cpp/plain.c", () =>
  assertFacts("cpp/plain.c", {
    definitions: ["struct point 4 exported", "function add 6", "function main 8-12 exported"],
    imports: ["1 re-export stdio.h: *", "2 re-export plain.h: *"],
    mentions: [
      "6 reference point from add",
      "6 call scale from add",
      "6 reference LIMIT from add",
      "9 reference point_t from main",
      "10 call add from main",
      "11 call run_all from main",
    ],
  }),
);

facts.run();
