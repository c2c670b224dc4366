import { suite } from "uvu";
import * as assert from "uvu/assert";
import { graphService, notBuilt } from "../../../src/services/graph/mod.ts";
import { faultOf } from "../../contract/sample-run.ts";

const test = suite("GraphService");

test("every call says that it is not built yet", async () => {
  const { definition, implementation } = graphService();
  const handlers = implementation as Record<string, () => Promise<unknown>>;
  assert.equal(Object.keys(handlers).sort(), Object.keys(definition.methods).sort());
  assert.is(notBuilt.length, Object.keys(handlers).length);
  for (const handler of Object.values(handlers)) assert.is(await faultOf(handler), "unimplemented UNIMPLEMENTED");
});

test.run();
