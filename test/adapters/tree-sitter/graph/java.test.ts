import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of Java");

facts("java/Store.java", () =>
  assertFacts("java/Store.java", {
    module: "com.example.store",
    definitions: [
      "class Store 8-33 exported",
      "constant Store.LIMIT 10 in Store",
      "method Store.Store 14-17 in Store exported",
      "method Store.keep 19-26 in Store exported",
      "method Store.hide 28-30 in Store",
      "enum Store.Mode 32 in Store exported",
      "interface Keeper 35-37 exported",
      "method Keeper.keep 36 in Keeper exported",
      "class StoreTest 39-44 exported",
      "method StoreTest.keepsWhatItIsGiven 40-43 in StoreTest exported test",
    ],
    imports: [
      "3 java.util: *",
      "4 java.util.function.Function: Function",
      "5 com.example.Checks: check",
      "6 org.junit.Assert: *",
    ],
    mentions: [
      "8 call Entity from Store",
      "9 reference Shape from Store",
      "9 extends Base from Store",
      "9 implements Keeper from Store",
      "9 implements io | Closeable from Store",
      "10 reference Limits | MAX from Store.LIMIT",
      "10 reference Limits from Store.LIMIT",
      "11 reference List from Store",
      "11 call ArrayList from Store",
      "12 call Inject from Store",
      "12 reference Pool from Store",
      "14 reference Options from Store.Store",
      "16 call this | open from Store.Store",
      "16 call options | path from Store.Store",
      "20 call Logged from Store.keep",
      "21 reference Kept from Store.keep",
      "21 reference Full from Store.keep",
      "22 reference Function from Store.keep",
      "22 call check from Store.keep",
      "23 call other | area from Store.keep",
      "24 call Kept | Builder from Store.keep",
      "24 reference LIMIT from Store.keep",
      "24 call Kept.Builder() | build from Store.keep",
      "25 reference Round from Store.keep",
      "25 reference Colors | RED from Store.keep",
      "25 reference Colors from Store.keep",
      "25 call local | apply from Store.keep",
      "29 call items | stream from Store.hide",
      "29 call items.stream() | map from Store.hide",
      "29 reference Shape from Store.hide",
      "29 reference Shape | area from Store.hide",
      "35 extends Holder from Keeper",
      "36 reference Kept from Keeper.keep",
      "36 reference Shape from Keeper.keep",
      "40 call Test from StoreTest.keepsWhatItIsGiven",
      "42 call Store from StoreTest.keepsWhatItIsGiven",
      "42 reference Shape from StoreTest.keepsWhatItIsGiven",
      "42 call Store() | keep from StoreTest.keepsWhatItIsGiven",
    ],
  }),
);

facts.run();
