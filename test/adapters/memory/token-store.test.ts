import { createHash, timingSafeEqual } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  envTokenStore,
  knownTokens,
  manualClock,
  memoryState,
  tokenStorePlugin,
} from "../../../src/adapters/memory/mod.ts";
import { newTokenId, newTokenText, type StoredToken, storedTokenId } from "../../../src/domain/mod.ts";
import { storedToken } from "../../contract/token-records.ts";
import { Recorder } from "../../support/edge-harness.ts";

// Of the twenty checks: 8.

const test = suite("tokens of the environment");

const never = new AbortController().signal;

/** The plug-in over a store in memory, and time that stands still. */
async function started(config: object, clock = manualClock(), state = memoryState(clock)) {
  const parsed = tokenStorePlugin.config(config);
  return {
    ...(await tokenStorePlugin.start({ state, clock, telemetry: new Recorder() }, parsed, never)),
    clock,
    state,
  };
}

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
  const { value, stop } = await started({});
  assert.is(value.authenticate(readerToken, ""), undefined);
  assert.is(value.configured(), false);
  await stop(never);
});

const secretBytes = (fill: number) => new Uint8Array(32).fill(fill);
const idOf = (letter: string) => letter.repeat(12);
const textOf = (letter: string, fill = 1) => newTokenText(idOf(letter), secretBytes(fill));
const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
const issued = (letter: string, more: Partial<StoredToken> = {}) =>
  storedToken(idOf(letter), { digest: digestOf(textOf(letter)), ...more });

test("a stored token's text names it, and has one form", () => {
  const text = newTokenText(newTokenId(crypto.getRandomValues(new Uint8Array(12))), secretBytes(255));
  assert.match(text, /^kg_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/);
  assert.is(storedTokenId(text), text.slice(3, 15));
  for (const other of [`${text}A`, text.slice(1), text.toUpperCase(), `${text}\n`, ` ${text}`, ""])
    assert.is(storedTokenId(other), undefined, other);
});

test("a stored token is what was issued: its scope, sources, class", () => {
  const store = knownTokens({}, { clock: manualClock() });
  store.replace([
    issued("a", { name: "ci", sources: ["one"], quotaClass: "batch" }),
    issued("b", { scope: "maintainer" }),
  ]);
  assert.equal(store.authenticate(textOf("a"), "10.0.0.1"), {
    tokenId: idOf("a"),
    name: "ci",
    scope: "reader",
    sources: ["one"],
    quotaClass: "batch",
    peer: "10.0.0.1",
  });
  assert.is(store.authenticate(textOf("b"), "")?.scope, "maintainer");
  assert.is(store.authenticate(textOf("a", 2), ""), undefined, "another secret");
  assert.is(store.authenticate(newTokenText(idOf("b"), secretBytes(3)), ""), undefined, "another's secret");
  assert.is(store.authenticate(textOf("c"), ""), undefined, "unknown");
});

test("expired, revoked and rotated ones open nothing; a rotated one's former secret as long as it was given", () => {
  const clock = manualClock(1_000);
  const store = knownTokens({}, { clock });
  const former = { formerDigest: digestOf(textOf("d", 9)), formerUntil: 2_000 };
  store.replace([issued("a", { expiresAt: 1_500 }), issued("b", { revokedAt: 500 }), issued("d", former)]);
  const open = () =>
    [textOf("a"), textOf("b"), textOf("d"), textOf("d", 9)].map((text) => store.authenticate(text, "") !== undefined);
  assert.equal(open(), [true, false, true, true]);
  void clock.advance(499);
  assert.equal(open(), [true, false, true, true]);
  void clock.advance(1);
  assert.equal(open(), [false, false, true, true]);
  void clock.advance(500);
  assert.equal(open(), [false, false, true, false]);
});

test("the same number of comparisons whatever is shown", () => {
  let comparisons = 0;
  const equal = (a: Uint8Array, b: Uint8Array) => {
    comparisons += 1;
    return timingSafeEqual(a, b);
  };
  const clock = manualClock();
  const store = knownTokens({ readerToken, adminToken }, { clock, equal });
  store.replace([issued("a"), issued("b", { revokedAt: 1 }), issued("c", { expiresAt: 1 })]);
  const counts = new Set<number>();
  const shown = [
    textOf("a"),
    textOf("a", 2),
    textOf("b"),
    textOf("c"),
    textOf("x"),
    readerToken,
    adminToken,
    "",
    "kg_",
  ];
  for (const bearer of shown) {
    comparisons = 0;
    store.authenticate(bearer, "");
    counts.add(comparisons);
  }
  assert.equal([...counts], [4]);
});

test("changes by another process are taken over within half a second, and who watches is told what ended", async () => {
  const { value, stop, clock, state } = await started({ adminToken });
  await state.tokens.add(issued("a"), never);
  await state.tokens.add(issued("e", { expiresAt: clock.now() + 700 }), never);
  await clock.advance(300);
  assert.ok(value.authenticate(textOf("a"), ""));
  const ended: string[] = [];
  value.watch((ids) => void ended.push(...ids));
  await state.tokens.revoke(idOf("a"), clock.now(), never);
  assert.ok(value.authenticate(textOf("a"), ""));
  await clock.advance(300);
  assert.is(value.authenticate(textOf("a"), ""), undefined);
  assert.equal(ended, [idOf("a")]);
  await clock.advance(400);
  assert.is(value.authenticate(textOf("e"), ""), undefined);
  assert.equal(ended, [idOf("a"), idOf("e")]);
  await stop(never);
});

test("a rotation ends at once what the former secret opened, unless it was given time", async () => {
  const { value, stop, clock, state } = await started({});
  await state.tokens.add(issued("a"), never);
  await clock.advance(300);
  const ended: string[] = [];
  value.watch((ids) => void ended.push(...ids));
  const digest = digestOf(textOf("a", 2));
  const grace = { formerDigest: digestOf(textOf("a")), formerUntil: clock.now() + 60_000 };
  await state.tokens.rotate(idOf("a"), { digest, ...grace, expiresAt: 0 }, never);
  await clock.advance(300);
  assert.ok(value.authenticate(textOf("a"), ""));
  assert.ok(value.authenticate(textOf("a", 2), ""));
  assert.equal(ended, []);
  const next = { digest: digestOf(textOf("a", 3)), formerDigest: "", formerUntil: 0, expiresAt: 0 };
  await state.tokens.rotate(idOf("a"), next, never);
  await clock.advance(300);
  assert.is(value.authenticate(textOf("a", 2), ""), undefined);
  assert.equal(ended, [idOf("a")]);
  await stop(never);
});

test("the first token that is issued configures the store, and the last that is revoked doesn't undo that", async () => {
  const { value, stop, clock, state } = await started({});
  assert.is(value.configured(), false);
  const ended: string[] = [];
  value.watch((ids) => void ended.push(...ids));
  await state.tokens.add(issued("a"), never);
  await clock.advance(300);
  assert.is(value.configured(), true);
  assert.equal(ended, ["anonymous"], "who came in without one is nobody now");
  await state.tokens.add(issued("b"), never);
  await clock.advance(300);
  assert.equal(ended, ["anonymous"], "only the first changes that");
  await state.tokens.revoke(idOf("a"), clock.now(), never);
  await clock.advance(300);
  assert.is(value.configured(), true);
  await stop(never);
});

test("last use is noted to the minute, at the latest at the stop", async () => {
  const { value, stop, clock, state } = await started({});
  await state.tokens.add(issued("a"), never);
  await clock.advance(300);
  value.authenticate(textOf("a"), "");
  value.authenticate(textOf("a", 7), "");
  const minute = clock.now() - (clock.now() % 60_000);
  await clock.advance(61_000);
  assert.is((await state.tokens.all(never))[0]?.lastUsedAt, minute);
  value.authenticate(textOf("a"), "");
  await stop(never);
  assert.is((await state.tokens.all(never))[0]?.lastUsedAt, minute + 60_000);
});

test("where a maintainer's token is needed, one that is set or stored and live does", async () => {
  const maintainerNeeded = "KM_ADMIN_TOKEN is needed";
  const refused = async (tokens: readonly StoredToken[], config: object = {}) => {
    const clock = manualClock();
    const state = memoryState(clock);
    for (const token of tokens) await state.tokens.add(token, never);
    try {
      const { stop } = await started({ maintainerNeeded, ...config }, clock, state);
      await stop(never);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.is(await refused([]), maintainerNeeded);
  assert.is(await refused([issued("a")]), maintainerNeeded);
  assert.is(await refused([issued("a", { scope: "maintainer", revokedAt: 1 })]), maintainerNeeded);
  assert.is(await refused([issued("a", { scope: "maintainer" })]), "");
  assert.is(await refused([], { adminToken }), "");
});

test("a store that is silent for long makes the gateway unhealthy", async () => {
  const clock = manualClock();
  const state = memoryState(clock);
  let away = false;
  const tokens = {
    ...state.tokens,
    version: (signal: AbortSignal) => (away ? Promise.reject(new Error("away")) : state.tokens.version(signal)),
  };
  const { stop, health } = await started({}, clock, { ...state, tokens });
  await clock.advance(10_000);
  assert.equal(await health(), { ok: true });
  away = true;
  await clock.advance(6_000);
  assert.is((await health()).ok, false);
  away = false;
  await clock.advance(1_000);
  assert.equal(await health(), { ok: true });
  await stop(never);
});

test.run();
