import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { peerNetwork, quotaKey } from "../../src/domain/mod.ts";

const test = suite("whom an address is counted as");

const counted: readonly (readonly [address: string, as: string])[] = [
  ["127.0.0.1", "127.0.0.1"],
  ["", ""],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["::ffff:a01:203", "10.1.2.3"],
  ["0:0:0:0:0:FFFF:10.1.2.3", "10.1.2.3"],
  ["::1", "0:0:0:0::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:DB8:0:0:ffff::2", "2001:db8:0:0::/64"],
  ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4::/64"],
  ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["no:address", "no:address"],
  ["1::2::3", "1::2::3"],
];

test("IPv6 by its /64 however it is spelt, IPv4 by itself, in IPv6's clothes too", () => {
  for (const [address, as] of counted) assert.is(peerNetwork(address), as, address);
});

test("whatever the second half of an address, it is the same peer; another first half is another", () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
  const text = (numbers: readonly number[]) => numbers.map((each) => each.toString(16)).join(":");
  fc.assert(
    fc.property(groups, groups, groups, (prefix, one, other) => {
      fc.pre(prefix.some((each) => each !== 0));
      const network = peerNetwork(`${text(prefix)}:${text(one)}`);
      assert.is(peerNetwork(`${text(prefix)}:${text(other)}`), network);
      const next = [...prefix.slice(0, 3), prefix[3]! ^ 1];
      assert.is.not(peerNetwork(`${text(next)}:${text(one)}`), network);
    }),
  );
});

test("any text is counted as something", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4()), (text) => void peerNetwork(text)));
});

test("an anonymous caller's quota is its network's, a token's its own wherever it comes from", () => {
  const key = (tokenId: string, peer: string) => quotaKey({ tokenId, peer });
  assert.is(key("anonymous", "2001:db8::1"), key("anonymous", "2001:db8::2"));
  assert.is.not(key("anonymous", "2001:db8::1"), key("anonymous", "2001:db8:0:1::1"));
  assert.is.not(key("anonymous", "127.0.0.1"), key("anonymous", "127.0.0.2"));
  assert.is(key("a", "127.0.0.1"), key("a", "2001:db8::1"));
});

test.run();
