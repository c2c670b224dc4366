import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { secretLines } from "../../../src/domain/discovery/mod.ts";

const test = suite("secret lines");

/** Tokens are put together here, so that no scanner takes this file for a leak. */
const random = "q7Rz2mXw9LkP4vTn8HsJ3bYc6GdF1aQeU5oWtKxVi0ZyBrNpMhEgSuDjClAfIO";
const r = (length: number) => random.repeat(8).slice(0, length);
const hex = (length: number) => "3f9a1c7be2d846508b".repeat(10).slice(0, length);

test("secrets of known shapes blank their line and no other", () => {
  const secrets: Record<string, string> = {
    aws: `AKIA${"Q7RZ2MXW9LKP4VTN"}`,
    "aws secret": `aws_secret_access_key = ${r(40)}`,
    github: `ghp_${r(36)}`,
    "github fine": `github_pat_${r(82)}`,
    gitlab: `glpat-${r(20)}`,
    slack: `xoxb-${"2847561903-8571029384-"}${r(24)}`,
    "slack hook": `https://hooks.slack.com/services/T${"0A1B2C3D4"}/B${"5E6F7G8H9"}/${r(24)}`,
    stripe: `sk_live_${r(24)}`,
    google: `AIza${r(35)}`,
    jwt: `eyJ${r(20)}.eyJ${r(40)}.${r(43)}`,
    npm: `//registry.npmjs.org/:_authToken=npm_${r(36)}`,
    "npm other": `//npm.corp/:_authToken=${r(36)}`,
    sendgrid: `SG.${r(22)}.${r(43)}`,
    password: `  password: "Tr0ub4dor&3!x",`,
    "password in code": `const dbPassword = 'hunTer2!kq9Z';`,
    "api key": `api_key = "${r(32)}"`,
    "json key": `  "clientSecret": "${r(40)}",`,
    env: `export SESSION_SECRET=${r(44)}`,
    "hex token": `auth_token: '${hex(40)}'`,
    bearer: `curl -H 'Authorization: Bearer ${r(40)}' https://x`,
    connection: `DATABASE_URL=postgres://app:k9Xw2mQz7@db.internal:5432/app`,
    azure: `DefaultEndpointsProtocol=https;AccountKey=${r(62)}${r(24)}==`,
    ours: `kg_abcd1234_${r(43)}`,
  };
  for (const [name, line] of Object.entries(secrets)) {
    assert.equal(secretLines(`first line\n${line}\nlast line\n`), [{ start: 2, end: 2 }], name);
  }
});

test("a private key is blanked from marker to marker, in a file of its own or inside code", () => {
  const body = Array.from({ length: 20 }, () => r(64)).join("\n");
  const [begin, end] = ["-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"];
  assert.equal(secretLines(`a\n${begin}\n${body}\n${end}\nb\n`), [{ start: 2, end: 22 }]);
  const flat = `key = "${begin}\\n${r(64)}\\n${r(64)}\\n${end}"`;
  assert.equal(secretLines(`a\n${flat}\nb`), [{ start: 2, end: 2 }]);
  assert.equal(secretLines(`a\n${begin}\n${body}\n`).at(0)?.start, 2, "a key without an end");
  assert.equal(secretLines(`if (text.includes("${begin}")) return "pem";\n`), [], "the marker alone is no key");
});

test("placeholders, examples, names and lookups are left alone", () => {
  for (const line of [
    "AKIAIOSFODNN7EXAMPLE",
    `ghp_${"x".repeat(36)}`,
    'password = "changeme"',
    'password: "your-password-here"',
    'password = "password123"',
    'const token = "test-token-for-unit-tests";',
    "password = os.environ['DB_PASSWORD']",
    `api_key: $${"{API_KEY}"}`,
    'token: "{{ .Values.token }}"',
    'token = getTokenFromRequest(request, "authorization")',
    'secretName: "my-application-tls-certificate"',
    'tokenType = "application/vnd.oauth2.token+json"',
    "postgres://user:password@localhost:5432/db",
    "postgres://postgres:postgres@db/app",
    "redis://:secret@localhost",
    "https://example.com:8080/path@v1",
    "const SECRET_TOKEN_HEADER_NAME_FOR_REQUESTS = headerNames.secretToken;",
    "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    'integrity="sha512-abc"',
    "export type TokenKind = 'identifier' | 'punctuation';",
    'passwordField: "input[type=password]"',
    "secret: kubernetes-cluster-admin-secret-name",
  ]) {
    assert.equal(secretLines(line), [], line);
  }
});

test("ranges are in order, apart from each other and inside the text", () => {
  const piece = fc.constantFrom(
    "\n",
    "\r\n",
    "text ",
    `ghp_${r(36)}`,
    "password = ",
    '"Zk9!xQ2mWw7"',
    "-----BEGIN PRIVATE KEY-----\n",
    r(64),
    "-----END PRIVATE KEY-----",
    "://u:",
    "@h",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join("");
      const lines = text.split("\n").length;
      let last = -1;
      for (const { start, end } of secretLines(text)) {
        assert.ok(
          start >= 1 && start > last + 1 && end >= start && end <= lines,
          JSON.stringify({ start, end, last, lines }),
        );
        last = end;
      }
    }),
    { numRuns: 500 },
  );
});

test("blanking what was found leaves nothing to find", () => {
  const line = fc.constantFrom(
    "plain",
    `x = ghp_${r(36)}`,
    `api_key = "${r(32)}"`,
    `postgres://a:${r(12)}@h/`,
    `AKIA${"Q7RZ2MXW9LKP4VTN"}`,
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const blanked: string[] = [...lines];
      for (const { start, end } of secretLines(lines.join("\n"))) blanked.fill("", start - 1, end);
      assert.equal(secretLines(blanked.join("\n")), []);
      assert.is(blanked.filter((l) => l === "plain").length, lines.filter((l) => l === "plain").length);
    }),
  );
});

test("hostile text of a megabyte is read to its end", () => {
  const million = 1_000_000;
  for (const unit of [
    "eyJ",
    "-eyJ",
    "a:b@",
    "://",
    "://a:",
    "password",
    "password = ",
    'password="',
    "token:",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "secret =                ",
    "eyJa.eyJa",
    "xoxb-",
    "Bearer ",
    "AKIA",
    "a",
    "\n",
    '"',
    "sk-ant-",
    "Proc-Type: x\n",
  ]) {
    secretLines(unit.repeat(Math.ceil(million / unit.length)));
  }
  secretLines(`-----BEGIN PRIVATE KEY-----\n${"A: b\n".repeat(200_000)}`);
});

test.run();
