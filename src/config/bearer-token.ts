import type { Parser } from "./parser.ts";
import { Secret } from "./secret.ts";

/** 32 characters of base64 are 192 bits; shorter ones are typed by people and found by guessing. */
const shortest = 32;
/** Longer ones do not fit the request metadata an honest client sends. */
const longest = 512;
/** What RFC 6750 lets a bearer token hold: anything else could never be sent. */
const sendable = /^[A-Za-z0-9._~+/-]+=*$/;
/** Words of examples. All have six letters or more, so that no random token holds one by chance. */
const placeholder =
  /change.?me|change.?this|replace.?me|replace.?with|replace.?this|your.?token|your.?secret|place.?holder|insert.?token|example|password|secret.?token/i;
/** A random token of 32 characters has more; `aaaa…` and `xxxx-xxxx` have fewer. */
const fewestDistinct = 8;

const remedy = "make one with: openssl rand -base64 33";

/** A token that callers present, held as a `Secret`. No message repeats any part of it. */
export const bearerToken: Parser<Secret> = {
  accepts: `${shortest} to ${longest} letters, digits and . _ ~ + / - =; ${remedy}`,
  secret: true,
  parse(text) {
    if (!sendable.test(text)) return { problem: "[secret] holds a character that a bearer token can't" };
    if (text.length < shortest) return { problem: `[secret] is shorter than ${shortest} characters` };
    if (placeholder.test(text) || new Set(text).size < fewestDistinct) {
      return { problem: "[secret] is a placeholder, not a token" };
    }
    if (text.length > longest) return { problem: `[secret] is longer than ${longest} characters` };
    return { value: new Secret(text) };
  },
};
