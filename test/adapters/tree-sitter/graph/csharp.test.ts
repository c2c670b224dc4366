import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of C#");

facts("csharp/Store.cs", () =>
  assertFacts("csharp/Store.cs", {
    module: "Example.Shapes",
    definitions: [
      "class Store 8-31 exported",
      "constant Store.Limit 11 in Store",
      "variable Store.Rows 13 in Store exported",
      "method Store.Store 15-18 in Store exported",
      "method Store.Keep 20-28 in Store exported test",
      "method Store.Hide 30 in Store",
      "interface IKeeper 33 exported",
      "class Point 34 exported",
      "enum Mode 35 exported",
    ],
    imports: [
      "1 System: *",
      "2 Example.Checks: *",
      "3 Example.Tables.Table: * as Grid",
      "4 re-export Example.Everywhere: *",
    ],
    mentions: [
      "8 call Serializable from Store",
      "8 reference Kit from Store",
      "8 call Kit | Stored from Store",
      "9 extends Base from Store",
      "9 implements IKeeper from Store",
      "9 implements kit | IHolder from Store",
      "9 reference Shape from Store",
      "11 reference Limits | Max from Store.Limit",
      "11 reference Limits from Store.Limit",
      "12 reference Pool from Store",
      "13 reference Grid from Store.Rows",
      "15 reference Options from Store.Store",
      "17 call this | Open from Store.Store",
      "20 call Fact from Store.Keep",
      "21 reference Kept from Store.Keep",
      "21 reference Limit from Store.Keep",
      "23 call Make from Store.Keep",
      "24 call pool | Add from Store.Keep",
      "25 reference Rows from Store.Keep",
      "25 call Check from Store.Keep",
      "27 reference Round from Store.Keep",
      "27 reference Kept | Late from Store.Keep",
      "27 call Kept from Store.Keep",
      "27 reference Mode from Store.Keep",
      "33 extends IHolder from IKeeper",
      "33 reference Kept from IKeeper",
      "33 reference Shape from IKeeper",
      "34 extends Place from Point",
    ],
  }),
);

facts.run();
