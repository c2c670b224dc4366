import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of Ruby");

facts("ruby/store.rb", () =>
  assertFacts("ruby/store.rb", {
    definitions: [
      "module Shapes 4-32 exported",
      "constant Shapes.LIMIT 5 in Shapes exported",
      "class Shapes.Store 7-31 in Shapes exported",
      "method Shapes.Store.initialize 14-18 in Shapes.Store exported",
      "method Shapes.Store.keep? 20-26 in Shapes.Store exported",
      "method Shapes.Store.build 28-30 in Shapes.Store exported",
      "class StoreTest 34-38 exported test",
      "method StoreTest.test_keeps 35-37 in StoreTest exported test",
    ],
    imports: ["1 re-export json: *", "2 re-export ./shapes/area: *"],
    mentions: [
      "5 reference Limits from Shapes.LIMIT",
      "5 reference Limits | MAX from Shapes.LIMIT",
      "7 reference Base from Shapes.Store",
      "7 extends Base | Thing from Shapes.Store",
      "9 implements Keeper from Shapes.Store",
      "10 reference Kit from Shapes.Store",
      "10 implements Kit | Logged from Shapes.Store",
      "14 reference LIMIT from Shapes.Store.initialize",
      "15 reference Pool from Shapes.Store.initialize",
      "15 call Pool from Shapes.Store.initialize",
      "16 call @pool | open from Shapes.Store.initialize",
      "17 call prepare from Shapes.Store.initialize",
      "21 call measure from Shapes.Store.keep?",
      "22 call items | each from Shapes.Store.keep?",
      "22 call check from Shapes.Store.keep?",
      "23 call self | store! from Shapes.Store.keep?",
      "23 reference Kit from Shapes.Store.keep?",
      "23 reference Kit | Row from Shapes.Store.keep?",
      "23 call Kit | Row from Shapes.Store.keep?",
      "24 reference Kit | Broken from Shapes.Store.keep?",
      "24 reference Full from Shapes.Store.keep?",
      "25 call report from Shapes.Store.keep?",
      "29 call new from Shapes.Store.build",
      "29 reference Options from Shapes.Store.build",
      "29 call Options | default from Shapes.Store.build",
      "34 reference Minitest from StoreTest",
      "34 extends Minitest | Test from StoreTest",
      "36 reference Shapes from StoreTest.test_keeps",
      "36 reference Shapes | Store from StoreTest.test_keeps",
      "36 call Shapes::Store | build from StoreTest.test_keeps",
      "36 call Shapes::Store.build | keep? from StoreTest.test_keeps",
    ],
  }),
);

facts("ruby/store_spec.rb", () =>
  assertFacts("ruby/store_spec.rb", {
    definitions: [
      "function Shapes::Store 3-11 test",
      "function Shapes::Store.when empty 6-10 in Shapes::Store test",
      "function Shapes::Store.when empty.keeps what it is given 7-9 in Shapes::Store.when empty test",
    ],
    imports: ["1 re-export spec_helper: *"],
    mentions: [
      "3 reference Shapes from Shapes::Store",
      "3 reference Shapes | Store from Shapes::Store",
      "4 call let from Shapes::Store",
      "4 call described_class | build from Shapes::Store",
      "8 call expect from Shapes::Store.when empty.keeps what it is given",
      "8 call store | keep? from Shapes::Store.when empty.keeps what it is given",
      "8 reference Shapes from Shapes::Store.when empty.keeps what it is given",
      "8 reference Shapes | Round from Shapes::Store.when empty.keeps what it is given",
      "8 call Shapes | Round from Shapes::Store.when empty.keeps what it is given",
      "8 call expect() | to from Shapes::Store.when empty.keeps what it is given",
      "8 call be from Shapes::Store.when empty.keeps what it is given",
    ],
  }),
);

facts.run();
