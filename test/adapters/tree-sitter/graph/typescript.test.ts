import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of TypeScript and JavaScript");

facts("typescript/sample.ts", () =>
  assertFacts("typescript/sample.ts", {
    definitions: [
      "interface Keeper 11-13 exported",
      "method Keeper.keep 12 in Keeper exported",
      "class Cupboard 16-36 exported",
      "method Cupboard.constructor 19-22 in Cupboard exported",
      "method Cupboard.keep 25-31 in Cupboard exported",
      "function Cupboard.keep.helper 26 in Cupboard.keep",
      "method Cupboard.hide 33-35 in Cupboard",
      "constant limit 38",
      "function compute 39-42 exported",
      "function makeShape 44-46 exported",
      "module Inner 51-54",
      "type Inner.Deep 52 in Inner exported",
      "constant Inner.hidden 53 in Inner",
      "class Chest 56-63 exported",
      "method Chest.of 58-60 in Chest exported",
      "method Chest.open 61 in Chest exported",
      "method Chest.#peek 62 in Chest",
      "constant first 65 exported",
      "constant second 66 exported",
    ],
    imports: [
      "1 node:assert: strict as check",
      "2 ./shapes.ts: default as Default, Shape, Store as Shop",
      "3 node:path: * as path",
      "4 ./effects.ts:",
      "5 legacy: * as legacy",
      "7 re-export ./area.ts: area, limit as most",
      "8 re-export ./all.ts: *",
      "9 re-export ./names.ts: * as names",
      "40 ./glue.ts: join as glue",
      "48 re-export : makeShape as build",
      "49 re-export : Cupboard as default",
      "68 ./lazy.ts:",
    ],
    mentions: [
      "11 extends Base from Keeper",
      "11 extends ns | Other from Keeper",
      "12 reference Shape from Keeper.keep",
      "15 call injectable from Cupboard",
      "16 extends Shop from Cupboard",
      "16 implements Keeper from Cupboard",
      "16 reference Shape from Cupboard",
      "16 implements Disposable from Cupboard",
      "17 reference path | sep from Cupboard",
      "19 reference Pool from Cupboard.constructor",
      "21 call this.pool | open from Cupboard.constructor",
      "21 reference limit from Cupboard.constructor",
      "24 call logged from Cupboard.keep",
      "25 reference Shape from Cupboard.keep",
      "26 reference Shape from Cupboard.keep.helper",
      "26 call check from Cupboard.keep.helper",
      "27 call helper from Cupboard.keep",
      "28 call compute from Cupboard.keep",
      "30 call Default from Cupboard.keep",
      "34 call this | keep from Cupboard.hide",
      "34 call makeShape from Cupboard.hide",
      "34 call this.keep().area | call from Cupboard.hide",
      "34 call path | join from Cupboard.hide",
      "39 reference limit from compute",
      "39 reference Shape from compute",
      "41 call glue from compute",
      "41 reference legacy | options from compute",
      "41 reference Mode | Fast from compute",
      "41 reference Mode from compute",
      "44 reference Shape from makeShape",
      "45 call [] | map from makeShape",
      "45 call compute from makeShape",
      "49 reference Cupboard",
      "52 reference Table from Inner.Deep",
      "56 extends kit | Box from Chest",
      "56 implements Keeper from Chest",
      "56 implements kit | Lid from Chest",
      "58 reference Chest from Chest.of",
      "58 reference Shape from Chest.of",
      "59 call super | of from Chest.of",
      "59 reference Mode from Chest.of",
      "61 reference limit from Chest.open",
      "66 reference first from second",
      "67 reference limit",
      "67 call Each | run",
      "68 call import() | then",
    ],
  }),
);

facts("typescript/view.tsx", () =>
  assertFacts("typescript/view.tsx", {
    definitions: ["function View 4-7 exported"],
    imports: ["1 react: default as React, useState", "2 ./card.tsx: Card", "4 re-export : View as default"],
    mentions: ["4 reference ViewProps from View", "5 call useState from View", "6 reference Card from View"],
  }),
);

facts("typescript/common.cjs", () =>
  assertFacts("typescript/common.cjs", {
    definitions: [
      "constant fs 1",
      "class Store 4 exported",
      "function load 6-9 exported",
      "function save 11-13 exported",
    ],
    imports: [
      "1 node:fs: * as fs",
      "2 ./io: read, write as put",
      "7 ./lazy: * as lazy",
      "14 re-export : Store as Shop",
    ],
    mentions: [
      "4 extends fs | Stats from Store",
      "8 call put from load",
      "8 call read from load",
      "8 call lazy | now from load",
      "12 call Store from save",
      "14 reference load",
      "14 reference Store",
    ],
  }),
);

facts("typescript/sample.test.ts", () =>
  assertFacts("typescript/sample.test.ts", {
    definitions: [
      "constant shelves 4",
      "function helper 5",
      "function keeps what it is given 7-9 test",
      "function a cupboard 11-16 test",
      "function a cupboard.opens 12-15 in a cupboard test",
      "constant door 13 in a cupboard.opens",
    ],
    imports: ["1 uvu: suite", "2 ./sample.ts: Cupboard"],
    mentions: [
      "4 call suite from shelves",
      "5 call Cupboard from helper",
      "8 call helper from keeps what it is given",
      "8 call helper() | keep from keeps what it is given",
      "13 call Cupboard from a cupboard.opens",
      "14 call door | open from a cupboard.opens",
      "18 call … | test",
      "19 reference shelves",
      "19 call shelves | run",
    ],
  }),
);

facts.run();
