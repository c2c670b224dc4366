import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of Go");

facts("go/store.go", () =>
  assertFacts("go/store.go", {
    module: "store",
    definitions: [
      "constant Limit 17 exported",
      "variable cache 19",
      "struct Store 21-26 exported",
      "interface Keeper 28-32 exported",
      "method Keeper.Keep 31 in Keeper exported",
      "method Store.Keep 34-42 exported",
      "function open 44-50",
      "struct Box 52-55 exported",
      "method Box.Each 57-66 exported",
    ],
    imports: [
      "5 context: * as context",
      "6 fmt: * as fmt",
      "8 example.com/dots: *",
      "9 gopkg.in/yaml.v3: * as yaml",
      "10 example.com/effects:",
      "11 example.com/kit/shapes/v2: * as shapes",
      "14 os: * as os",
    ],
    mentions: [
      "17 reference shapes | Max from Limit",
      "19 reference Shape from cache",
      "22 extends shapes | Base from Store",
      "23 extends Inner from Store",
      "24 reference sync | Mutex from Store",
      "25 reference Shape from Store",
      "29 extends fmt | Stringer from Keeper",
      "30 extends Closer from Keeper",
      "31 reference context | Context from Keeper.Keep",
      "31 reference Shape from Keeper.Keep",
      "31 reference Kept from Keeper.Keep",
      "34 reference Store from Store.Keep",
      "34 reference context | Context from Store.Keep",
      "34 reference Shape from Store.Keep",
      "34 reference Kept from Store.Keep",
      "35 call check from Store.Keep",
      "37 call s.mu | Lock from Store.Keep",
      "38 call s.mu | Unlock from Store.Keep",
      "41 reference Limit from Store.Keep",
      "41 reference defaultBy from Store.Keep",
      "41 call yaml | Unmarshal from Store.Keep",
      "44 reference shapes | Any from open",
      "44 reference Store from open",
      "45 call os | ReadFile from open",
      "49 call newStore from open",
      "49 reference cache from open",
      "49 reference os | Args from open",
      "53 extends Pair from Box",
      "54 extends shapes | List from Box",
      "57 reference Box from Box.Each",
      "58 call b | All from Box.Each",
      "60 reference Shape from Box.Each",
      "62 call fmt | Println from Box.Each",
      "62 call shapes | Sorted from Box.Each",
      "62 reference Limit from Box.Each",
      "65 call report from Box.Each",
      "65 call Mode from Box.Each",
    ],
  }),
);

facts("go/store_test.go", () =>
  assertFacts("go/store_test.go", {
    module: "store_test",
    definitions: ["function TestKeep 9-11 exported test", "function helper 13"],
    imports: ["4 testing: * as testing", "6 example.com/kit/store: * as store"],
    mentions: [
      "9 reference testing | T from TestKeep",
      "10 call t | Run from TestKeep",
      "10 call store | Open from TestKeep",
      "13 reference testing | T from helper",
    ],
  }),
);

facts.run();
