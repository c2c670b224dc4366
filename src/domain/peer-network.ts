/**
 * Whom an address is counted as. Who has IPv6 has a /64 at least, and can come from another address of it with every
 * call: they are one. IPv4, in IPv6's clothes too, and whatever is no IP address stand for themselves.
 */
export function peerNetwork(address: string): string {
  if (!address.includes(":")) return address;
  const groups = ipv6Groups(address);
  if (groups === undefined) return address;
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  }
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(":")}::/64`;
}

/** The eight numbers of an address, whichever of its spellings; undefined where it is none. */
function ipv6Groups(address: string): readonly number[] | undefined {
  // A link's name after the % is this host's own affair; the rest URL knows how to read, IPv4's dots included.
  const url = `http://[${address.split("%")[0]}]`;
  if (!URL.canParse(url)) return undefined;
  const [before = "", after] = new URL(url).hostname.slice(1, -1).split("::");
  const numbers = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const head = numbers(before);
  if (after === undefined) return head;
  const tail = numbers(after);
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
