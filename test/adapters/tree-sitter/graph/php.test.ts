import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of PHP");

facts("php/Store.php", () =>
  assertFacts("php/Store.php", {
    module: "App\\Models",
    definitions: [
      "constant LIMIT 10 exported",
      "class Store 12-38 exported",
      "constant Store.MODE 17 in Store exported",
      "method Store.__construct 20-24 in Store exported",
      "method Store.keep 26-35 in Store exported",
      "method Store.hide 37 in Store",
      "interface Keeper 40 exported",
      "class StoreTest 42-48 exported test",
      "method StoreTest.testKeeps 44-47 in StoreTest exported test",
    ],
    imports: [
      "4 App\\Base\\Model: Model",
      "5 App\\Shapes\\Round: Round as Circle",
      "5 App\\Shapes\\Square: Square",
      "6 App\\Checks\\check: check",
      "7 App\\Kit\\Row: Row",
      "7 App\\Kit\\Table: Table as Grid",
      "8 ./area.php: *",
    ],
    mentions: [
      "12 call Entity from Store",
      "13 extends Model from Store",
      "13 implements Keeper from Store",
      "13 implements \\ | Countable from Store",
      "15 extends Logged from Store",
      "17 reference Modes | FAST from Store.MODE",
      "17 reference Modes from Store.MODE",
      "18 reference Pool from Store",
      "20 reference Options from Store.__construct",
      "20 reference Grid from Store.__construct",
      "22 call parent | __construct from Store.__construct",
      "23 call $this->pool | open from Store.__construct",
      "23 reference LIMIT from Store.__construct",
      "26 reference Circle from Store.keep",
      "26 reference Square from Store.keep",
      "26 reference Kept from Store.keep",
      "28 call check from Store.keep",
      "29 call Row from Store.keep",
      "30 call measure from Store.keep",
      "31 call $grid | add from Store.keep",
      "32 call self | hide from Store.keep",
      "33 call \\App\\Log | write from Store.keep",
      "33 reference Modes | SLOW from Store.keep",
      "33 reference Modes from Store.keep",
      "34 call Kept | from from Store.keep",
      "40 extends Holder from Keeper",
      "42 extends TestCase from StoreTest",
      "46 call Store from StoreTest.testKeeps",
      "46 call () | keep from StoreTest.testKeeps",
      "46 reference Full from StoreTest.testKeeps",
      "46 reference \\ | LogicException from StoreTest.testKeeps",
    ],
  }),
);

facts.run();
