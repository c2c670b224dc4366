import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault, type StoredToken } from "../../src/domain/mod.ts";
import type { TokenRecords } from "../../src/ports/mod.ts";
import type { StateMaker } from "./job-store.ts";
import { never } from "./sample-run.ts";

export function storedToken(id: string, more: Partial<StoredToken> = {}): StoredToken {
  return {
    id,
    name: `token ${id}`,
    scope: "reader",
    sources: undefined,
    quotaClass: "default",
    digest: "d".repeat(64),
    formerDigest: "",
    formerUntil: 0,
    createdAt: 1,
    expiresAt: 0,
    revokedAt: 0,
    lastUsedAt: 0,
    ...more,
  };
}

export function tokenRecordsContract(name: string, maker: StateMaker): void {
  const test = suite(`token records: ${name}`);
  const during = async (work: (tokens: TokenRecords) => Promise<void>) => {
    const { state, close } = await maker.open();
    try {
      await work(state.tokens);
    } finally {
      await close();
    }
  };

  test("what is added is listed as it was, oldest first", () =>
    during(async (tokens) => {
      assert.equal(await tokens.all(never), []);
      const limited = storedToken("b", { sources: ["one", "two"], scope: "maintainer", createdAt: 5, expiresAt: 9 });
      const nothing = storedToken("c", { sources: [], createdAt: 7 });
      await tokens.add(nothing, never);
      await tokens.add(limited, never);
      await tokens.add(storedToken("a", { createdAt: 5 }), never);
      assert.equal(await tokens.all(never), [storedToken("a", { createdAt: 5 }), limited, nothing]);
    }));

  test("an id is taken once, and the first one stays", () =>
    during(async (tokens) => {
      await tokens.add(storedToken("a", { name: "first" }), never);
      try {
        await tokens.add(storedToken("a", { name: "second" }), never);
        assert.unreachable();
      } catch (error) {
        assert.is((error as Fault).code, "conflict");
        assert.instance(error, Fault);
      }
      assert.equal(
        (await tokens.all(never)).map((token) => token.name),
        ["first"],
      );
    }));

  test("the version grows with what decides who may call, and with nothing else", () =>
    during(async (tokens) => {
      const seen = [await tokens.version(never)];
      const note = async () => void seen.push(await tokens.version(never));
      await tokens.add(storedToken("a"), never);
      await note();
      await tokens.rotate("a", { digest: "e".repeat(64), formerDigest: "", formerUntil: 0, expiresAt: 0 }, never);
      await note();
      await tokens.revoke("a", 5, never);
      await note();
      const grown = [...seen];
      await tokens.used(new Map([["a", 60_000]]), never);
      await tokens.rotate("nobody", { digest: "", formerDigest: "", formerUntil: 0, expiresAt: 0 }, never);
      await note();
      assert.is(new Set(grown).size, 4);
      assert.equal(
        grown,
        [...grown].sort((a, b) => a - b),
      );
      assert.is(seen.at(-1), grown.at(-1));
    }));

  test("a rotation changes digests and expiry, and nothing of one that is revoked or unknown", () =>
    during(async (tokens) => {
      const rotation = { digest: "e".repeat(64), formerDigest: "d".repeat(64), formerUntil: 70, expiresAt: 90 };
      await tokens.add(storedToken("a"), never);
      await tokens.add(storedToken("b"), never);
      assert.is(await tokens.rotate("a", rotation, never), true);
      assert.is(await tokens.revoke("b", 3, never), true);
      assert.is(await tokens.rotate("b", rotation, never), false);
      assert.is(await tokens.rotate("c", rotation, never), false);
      assert.equal(await tokens.all(never), [storedToken("a", rotation), storedToken("b", { revokedAt: 3 })]);
    }));

  test("the first revocation counts", () =>
    during(async (tokens) => {
      await tokens.add(storedToken("a"), never);
      assert.is(await tokens.revoke("a", 3, never), true);
      assert.is(await tokens.revoke("a", 4, never), true);
      assert.is(await tokens.revoke("nobody", 4, never), false);
      assert.is((await tokens.all(never))[0]?.revokedAt, 3);
    }));

  test("last use never goes back, and of unknown ids there is none", () =>
    during(async (tokens) => {
      await tokens.add(storedToken("a"), never);
      await tokens.used(new Map([["a", 120_000]]), never);
      await tokens.used(
        new Map([
          ["a", 60_000],
          ["nobody", 60_000],
        ]),
        never,
      );
      await tokens.used(new Map(), never);
      assert.equal(await tokens.all(never), [storedToken("a", { lastUsedAt: 120_000 })]);
    }));

  test.run();
}
