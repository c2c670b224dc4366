import { suite } from "uvu";
import * as assert from "uvu/assert";
import { envTokenStore, tokenStorePlugin } from "../../../src/adapters/memory/mod.ts";

const test = suite("tokens of the environment");

const readerToken = "r".repeat(43);
const adminToken = "a".repeat(43);

test("each token has its id and scope, and the peer it came from", () => {
  const store = envTokenStore({ readerToken, adminToken });
  assert.equal(store.authenticate(readerToken, "10.0.0.1"), {
    tokenId: "env-reader",
    name: "env-reader",
    scope: "reader",
    sources: undefined,
    quotaClass: "default",
    peer: "10.0.0.1",
  });
  assert.is(store.authenticate(adminToken, "")?.tokenId, "env-admin");
  assert.is(store.authenticate(adminToken, "")?.scope, "maintainer");
});

test("whatever else is nobody's", () => {
  const store = envTokenStore({ readerToken, adminToken });
  for (const bearer of [
    "",
    " ",
    readerToken.slice(1),
    `${readerToken}r`,
    readerToken.toUpperCase(),
    "undefined",
    "\ud800",
  ]) {
    assert.is(store.authenticate(bearer, ""), undefined, JSON.stringify(bearer));
  }
});

test("a token that is not set can't be met", () => {
  for (const store of [envTokenStore({}), envTokenStore({ readerToken: "", adminToken: "" })]) {
    for (const bearer of ["", "undefined", "null", readerToken]) assert.is(store.authenticate(bearer, ""), undefined);
  }
  assert.is(envTokenStore({ adminToken }).authenticate(adminToken, "")?.scope, "maintainer");
});

test("one token for both scopes is the smaller one", () => {
  assert.is(envTokenStore({ readerToken, adminToken: readerToken }).authenticate(readerToken, "")?.scope, "reader");
});

test("the plug-in takes both or none", async () => {
  assert.throws(() => tokenStorePlugin.config({ readerToken: 7 }), /string/);
  const { value } = await tokenStorePlugin.start({}, tokenStorePlugin.config(undefined));
  assert.is(value.authenticate(readerToken, ""), undefined);
});

test.run();
