import type { LineRange } from "../artifact.ts";

/**
 * Tokens that their issuers gave a shape, as the documentation lists them. No two repetitions may share characters, and
 * each begins where no token character stands before it, so that no input makes the search slower than linear.
 */
export const secretShapes: readonly (readonly [issuer: string, shape: string])[] = [
  ["AWS access key id", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"],
  ["GitHub", "gh[pousr]_[A-Za-z0-9]{36,255}"],
  ["GitHub, fine-grained", "github_pat_[A-Za-z0-9_]{50,255}"],
  ["GitLab", "gl(?:pat|dt|rt|ptt|oas|cbt|soat|imt|agent)-[A-Za-z0-9_-]{20,255}"],
  ["Slack", "xox[abeoprs]-[A-Za-z0-9-]{10,255}"],
  ["Slack, app", "xapp-\\d-[A-Za-z0-9-]{20,255}"],
  ["Stripe", "(?:sk|rk)_live_[A-Za-z0-9]{16,255}"],
  ["Stripe, webhook", "whsec_[A-Za-z0-9+/]{32,255}"],
  ["Google API key", "AIza[A-Za-z0-9_-]{35}"],
  ["Google OAuth client secret", "GOCSPX-[A-Za-z0-9_-]{28}"],
  ["Google OAuth access token", "ya29\\.[A-Za-z0-9_-]{30,2000}"],
  ["JSON Web Token", "eyJ[A-Za-z0-9_-]{10,8000}\\.eyJ[A-Za-z0-9_-]{10,8000}\\.[A-Za-z0-9_-]{10,8000}"],
  ["npm", "npm_[A-Za-z0-9]{36}"],
  ["PyPI", "pypi-AgE[A-Za-z0-9_-]{50,1000}"],
  ["RubyGems", "rubygems_[0-9a-f]{48}"],
  ["Docker Hub", "dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,64}"],
  ["Anthropic", "sk-ant-[A-Za-z0-9_-]{32,255}"],
  ["OpenAI, project or service", "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,255}"],
  ["OpenAI", "sk-[A-Za-z0-9]{48}"],
  ["Hugging Face", "hf_[A-Za-z]{34}"],
  ["Groq", "gsk_[A-Za-z0-9]{52}"],
  ["Replicate", "r8_[A-Za-z0-9]{37}"],
  ["SendGrid", "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"],
  ["Mailgun", "key-[0-9a-f]{32}(?![A-Za-z0-9])"],
  ["Mailchimp", "[0-9a-f]{32}-us\\d{1,2}(?![A-Za-z0-9])"],
  ["Twilio", "SK[0-9a-f]{32}(?![A-Za-z0-9])"],
  ["DigitalOcean", "do[opr]_v1_[a-f0-9]{64}"],
  ["Shopify", "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"],
  ["Databricks", "dapi[0-9a-f]{32}(?![A-Za-z0-9])"],
  ["Vault", "hv[sb]\\.[A-Za-z0-9_-]{24,300}"],
  ["Terraform Cloud", "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_-]{60,70}"],
  ["Doppler", "dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9]{40,44}"],
  ["Atlassian", "ATATT3[A-Za-z0-9_=-]{40,300}"],
  ["Linear", "lin_api_[A-Za-z0-9]{40}"],
  ["Notion", "ntn_[A-Za-z0-9]{40,50}"],
  ["Figma", "figd_[A-Za-z0-9_-]{40,64}"],
  ["Postman", "PMAK-[0-9a-f]{24}-[0-9a-f]{34}"],
  ["Grafana", "gl(?:sa|c)_[A-Za-z0-9_+/=]{32,300}"],
  ["New Relic", "NRAK-[A-Z0-9]{27}"],
  ["Sentry", "sntry[su]_[A-Za-z0-9_+/=-]{40,400}"],
  ["Square", "sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}"],
  ["PlanetScale", "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}"],
  ["Supabase", "sbp_[0-9a-f]{40}"],
  ["Fly.io", "fo1_[A-Za-z0-9_-]{43}"],
  ["Netlify", "nfp_[A-Za-z0-9]{36}"],
  ["Heroku", "HRKU-[A-Za-z0-9_-]{36,64}"],
  ["age", "AGE-SECRET-KEY-1[A-Z0-9]{58}"],
  ["Telegram", "\\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"],
  ["this gateway's own", "kg_[A-Za-z0-9]{4,32}_[A-Za-z0-9_-]{43}"],
];
/** Any of them, wherever it begins. */
export const shapedSecret = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${secretShapes.map(([, shape]) => shape).join("|")})`,
  "g",
);
const slackHook = /hooks\.slack\.com\/services\/T[A-Z0-9]{6,14}\/B[A-Z0-9]{6,14}\/[A-Za-z0-9]{20,32}/g;

const keyword =
  /passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|account[_-]?key|encryption[_-]?key|signing[_-]?key|credential|bearer /gi;
/** What stands between such a word and a quoted value, and the value. Sticky: looked at in one place only. */
const quoted = /[\w-]{0,24}["'\]]{0,2}[ \t]{0,8}(?::=|=>|==?|:)[ \t]{0,8}[a-zA-Z]{0,2}(["'`])([^"'`\s]{8,512})\1/y;
const bare =
  /[\w-]{0,24}["']?[ \t]{0,8}[=:][ \t]{0,8}([A-Za-z0-9+/_=.~-]{20,512})[ \t]{0,8}[;,]?[ \t]{0,8}(?=\r?\n|$)/y;
const bearer = /[A-Za-z0-9+/_=.~-]{20,512}/y;

const placeholder =
  /example|sample|placeholder|change[_-]?me|your|dummy|fake|test|mock|x{4,}|\*{3,}|\.{3}|todo|insert|redact|replace|invalid|password|passwd|secret|token|foo|bar|123456|abcdef|deadbeef|lorem|hello|default|admin|[<>{}()$%]|^(?:none|null|true|false|undefined)$/i;

/** Lines that hold a secret of a known shape, in order, adjacent ones joined. Time is linear in the text. */
export function secretLines(text: string): LineRange[] {
  const spans: [from: number, to: number][] = [];
  for (const found of text.matchAll(shapedSecret)) {
    if (!isShown(found[0])) spans.push([found.index, found.index + found[0].length]);
  }
  for (const found of text.matchAll(slackHook)) spans.push([found.index, found.index + found[0].length]);
  keyBlocks(text, spans);
  assignments(text, spans);
  connectionStrings(text, spans);
  return spans.length === 0 ? [] : toLines(text, spans);
}

/** Documentation's own tokens (AWS: "…EXAMPLE"), and ones filled with one character. */
function isShown(token: string): boolean {
  return /EXAMPLE|example|x{6,}|X{6,}|0{8,}|\*{3}/.test(token) || entropy(token.slice(-32)) < 2.5;
}

/** A private key between its markers; a marker without base64 after it is only mentioned, not a key. */
function keyBlocks(text: string, spans: [number, number][]): void {
  const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
    const start = found.index + found[0].length;
    const after = text.slice(start, start + 400);
    if (!/^(?:\\[rn]|[\s"'+,\\>|]|[A-Za-z-]+: [^\n]*\n)*[A-Za-z0-9+/]{32}/.test(after)) continue;
    // A key of 16,384 bits has 13,000 characters; one that has no end takes what a key may take.
    const window = text.slice(start, start + 16_384);
    const end = window.indexOf("-----END ");
    const to = end < 0 ? start + lastOfKey(window) : start + end;
    spans.push([found.index, to]);
    begin.lastIndex = to;
  }
}

function lastOfKey(window: string): number {
  return /^[A-Za-z0-9+/=\s"'\\]*/.exec(window)?.[0].length ?? 0;
}

function assignments(text: string, spans: [number, number][]): void {
  for (const found of text.matchAll(keyword)) {
    const at = found.index + found[0].length;
    if (/^bearer/i.test(found[0])) {
      const value = sticky(bearer, text, at)?.[0];
      if (value !== undefined && isRandom(value)) spans.push([at, at + value.length]);
      continue;
    }
    const inQuotes = sticky(quoted, text, at);
    const value = inQuotes?.[2] ?? sticky(bare, text, at)?.[1];
    if (value === undefined) continue;
    const secret = inQuotes === undefined ? isRandom(value) : isPassword(value, /passw|pwd|passphrase/i.test(found[0]));
    if (secret) spans.push([at, at + (inQuotes?.[0].length ?? value.length)]);
  }
}

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** A quoted value that a person or a generator chose as a secret, not a name, a path or a sentence. */
function isPassword(value: string, saysPassword: boolean): boolean {
  if (placeholder.test(value) || /^(?:https?:|\/|\.{1,2}\/|#)/.test(value)) return false;
  const kinds = kindsOf(value);
  if (saysPassword) return value.length <= 128 && kinds >= 3 && entropy(value) >= 2.8;
  return isRandom(value) || (value.length >= 12 && kinds >= 3 && /\d/.test(value) && entropy(value) >= 3.3);
}

/** A long value that looks drawn at random: letters and digits mixed, few repeats, no words joined by marks. */
function isRandom(value: string): boolean {
  if (value.length < 20 || placeholder.test(value)) return false;
  const hex = /^[0-9a-fA-F]+$/.test(value);
  if (hex) return value.length >= 32 && /\d/.test(value) && /[a-f]/i.test(value) && entropy(value) >= 3;
  if (value.split(/[-_./]/).every((word) => /^(?:[A-Za-z][a-z]*|[A-Z]+|\d{1,4}|)$/.test(word))) return false;
  return /\d/.test(value) && /[A-Z]/.test(value) && /[a-z]/.test(value) && entropy(value) >= 3.7;
}

function kindsOf(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_.-]/].filter((kind) => kind.test(value)).length;
}

/** Bits a character (Shannon), of the value's own letters. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** `scheme://user:password@host`. */
function connectionStrings(text: string, spans: [number, number][]): void {
  const credentials = /([^\s:@/'"`<>]{0,64}):([^\s@/'"`<>]{4,128})@[\w.[-]/y;
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    const found = sticky(credentials, text, at + 3);
    const password = found?.[2] ?? "";
    if (found === undefined || placeholder.test(password)) continue;
    if (
      password === found[1] ||
      /^(?:pass|user|root|postgres|mysql|guest|neo4j|redis|mongo|pw|pwd|local\w*)\d{0,4}$/i.test(password)
    )
      continue;
    if (/^[a-z]+$/.test(password) && password.length < 12) continue;
    spans.push([at, at + 3 + found[0].length]);
  }
}

function toLines(text: string, spans: [number, number][]): LineRange[] {
  spans.sort((a, b) => a[0] - b[0]);
  const ranges: { start: number; end: number }[] = [];
  let line = 1;
  let at = 0;
  const lineOf = (offset: number): number => {
    for (let next = text.indexOf("\n", at); next >= 0 && next < offset; next = text.indexOf("\n", at)) {
      line++;
      at = next + 1;
    }
    return line;
  };
  for (const [from, to] of spans) {
    const last = ranges.at(-1);
    const start = from < at ? line : lineOf(from);
    const end = Math.max(start, lineOf(Math.max(from, to - 1)));
    if (last !== undefined && start <= last.end + 1) last.end = Math.max(last.end, end);
    else ranges.push({ start, end });
  }
  return ranges;
}
