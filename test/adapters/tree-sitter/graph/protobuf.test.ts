import { suite } from "uvu";
import { assertFacts } from "./fact-lines.ts";

/** Checked by hand against the fixtures. */
const facts = suite("facts of protobuf");

facts("protobuf/store.proto", () =>
  assertFacts("protobuf/store.proto", {
    module: "shapes.v1",
    definitions: [
      "service shapes.v1.Store 12-17 exported",
      "rpc shapes.v1.Store.Keep 13-15 in shapes.v1.Store exported",
      "rpc shapes.v1.Store.Watch 16 in shapes.v1.Store exported",
      "message shapes.v1.KeepRequest 19-30 exported",
      "enum shapes.v1.KeepRequest.Mode 23 in shapes.v1.KeepRequest exported",
      "message shapes.v1.KeepRequest.Inner 24 in shapes.v1.KeepRequest exported",
      "message shapes.v1.KeepReply 32 exported",
    ],
    imports: ["5 google/protobuf/any.proto: *", "6 re-export shapes/v1/area.proto: *"],
    mentions: [
      "13 reference KeepRequest from shapes.v1.Store.Keep",
      "13 reference KeepReply from shapes.v1.Store.Keep",
      "16 reference shapes.v1 | KeepRequest from shapes.v1.Store.Watch",
      "16 reference area.v2 | Event from shapes.v1.Store.Watch",
      "21 reference Shape from shapes.v1.KeepRequest",
      "22 reference Row from shapes.v1.KeepRequest",
      "24 reference google.protobuf | Any from shapes.v1.KeepRequest.Inner",
      "26 reference Inner from shapes.v1.KeepRequest",
      "27 reference Mode from shapes.v1.KeepRequest",
      "34 reference google.protobuf | FieldOptions",
      "35 reference Policy",
    ],
  }),
);

facts.run();
