import { invalid } from "./fault.ts";

/** What a page token belongs to: it opens for this method, these arguments and this principal only. */
export interface PageScope {
  /** The RPC's name. */
  readonly method: string;
  /** The request without `page_size` and `page_token`, JSON values only; the order of keys doesn't matter. */
  readonly args: unknown;
  /** The principal's token id. */
  readonly principal: string;
}

/** Bytes of HMAC-SHA-256 kept: 128 bits are beyond guessing, and tokens stay short. */
const macBytes = 16;
/** Longest token looked at; ours are far shorter. */
const longest = 8_192;

const encoder = new TextEncoder();
const refused = () => invalid("page_token", "not one of this request; leave it empty to start at the first page");

/** JSON with sorted keys, so that equal arguments have one form; undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return "null";
  if (typeof value === "bigint") return `"${value}n"`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
}

/** Keys as Web Crypto wants them: importing one takes as long as a signature. */
const imported = new WeakMap<Uint8Array, Promise<CryptoKey>>();

function importKey(key: Uint8Array): Promise<CryptoKey> {
  const known = imported.get(key);
  if (known !== undefined) return known;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const importing = crypto.subtle.importKey("raw", new Uint8Array(key), algorithm, false, ["sign"]);
  imported.set(key, importing);
  return importing;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function mac(key: Uint8Array, scope: PageScope, position: string): Promise<Uint8Array> {
  const message = canonicalJson([scope.method, scope.args, scope.principal, position]);
  const signature = await crypto.subtle.sign("HMAC", await importKey(key), encoder.encode(message));
  return new Uint8Array(signature, 0, macBytes);
}

/**
 * An opaque, unforgeable token for the next page. `position` (JSON) says where it starts and which generations it
 * reads; it can be read by whoever holds the token, so it must hold nothing that they may not see.
 */
export async function sealPage(key: Uint8Array, scope: PageScope, position: object): Promise<string> {
  const json = JSON.stringify(position);
  const body = encoder.encode(json);
  const sealed = new Uint8Array(macBytes + body.length);
  sealed.set(await mac(key, scope, json));
  sealed.set(body, macBytes);
  return toBase64Url(sealed);
}

/**
 * The position that `sealPage` was given.
 * @throws Fault invalid on `page_token` for anything else: forged, cut, of another method, request or principal.
 */
export async function openPage(key: Uint8Array, scope: PageScope, token: string): Promise<object> {
  if (token.length > longest || !/^[A-Za-z0-9_-]+$/.test(token)) throw refused();
  let sealed: Uint8Array;
  let json: string;
  try {
    sealed = Uint8Array.from(atob(token.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    json = new TextDecoder("utf-8", { fatal: true }).decode(sealed.subarray(macBytes));
  } catch {
    throw refused();
  }
  const expected = await mac(key, scope, json);
  // One position has one token: base64 with loose last bits is refused too.
  let difference = sealed.length <= macBytes || toBase64Url(sealed) !== token ? 1 : 0;
  for (let i = 0; i < macBytes; i += 1) difference |= (sealed[i] ?? 0) ^ (expected[i] ?? 0);
  if (difference !== 0) throw refused();
  const position: unknown = JSON.parse(json);
  if (typeof position !== "object" || position === null) throw refused();
  return position;
}
