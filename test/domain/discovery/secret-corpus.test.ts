import { suite } from "uvu";
import * as assert from "uvu/assert";
import { secretLines, secretShapes } from "../../../src/domain/discovery/mod.ts";

const test = suite("a corpus of secret shapes");

/** Tokens are put together here, so that no scanner takes this file for a leak. */
const random = "q7Rz2mXw9LkP4vTn8HsJ3bYc6GdF1aQeU5oWtKxVi0ZyBrNpMhEgSuDjClAfIO";
const r = (length: number) => random.repeat(8).slice(0, length);
const upper = (length: number) => r(length).toUpperCase();
const letters = (length: number) => r(200).replace(/\d/g, "").slice(0, length);
const hex = (length: number) => "3f9a1c7be2d846508b".repeat(10).slice(0, length);
const digits = (length: number) => "2847561903".repeat(4).slice(0, length);

/** By the issuer as the rules and the documentation name it. */
const samples: ReadonlyMap<string, readonly string[]> = new Map([
  ["AWS access key id", ["AKIA", "ASIA", "ABIA", "ACCA"].map((kind) => kind + upper(16))],
  ["GitHub", ["ghp", "gho", "ghu", "ghs", "ghr"].map((kind) => `${kind}_${r(36)}`)],
  ["GitHub, fine-grained", [`github_pat_${r(82)}`]],
  ["GitLab", ["pat", "dt", "rt", "ptt", "oas", "cbt", "soat", "imt", "agent"].map((kind) => `gl${kind}-${r(20)}`)],
  ["Slack", ["xoxb", "xoxp", "xoxa"].map((kind) => `${kind}-${digits(10)}-${r(24)}`)],
  ["Slack, app", [`xapp-1-A${upper(10)}-${digits(13)}-${hex(64)}`]],
  ["Stripe", [`sk_live_${r(24)}`, `rk_live_${r(99)}`]],
  ["Stripe, webhook", [`whsec_${r(32)}`]],
  ["Google API key", [`AIza${r(35)}`]],
  ["Google OAuth client secret", [`GOCSPX-${r(28)}`]],
  ["Google OAuth access token", [`ya29.${r(60)}`]],
  ["JSON Web Token", [`eyJ${r(20)}.eyJ${r(40)}.${r(43)}`]],
  ["npm", [`npm_${r(36)}`]],
  ["PyPI", [`pypi-AgE${r(150)}`]],
  ["RubyGems", [`rubygems_${hex(48)}`]],
  ["Docker Hub", [`dckr_pat_${r(27)}`]],
  ["Anthropic", [`sk-ant-api03-${r(90)}`]],
  ["OpenAI, project or service", [`sk-proj-${r(64)}`, `sk-svcacct-${r(64)}`, `sk-admin-${r(64)}`]],
  ["OpenAI", [`sk-${r(48)}`]],
  ["Hugging Face", [`hf_${letters(34)}`]],
  ["Groq", [`gsk_${r(52)}`]],
  ["Replicate", [`r8_${r(37)}`]],
  ["SendGrid", [`SG.${r(22)}.${r(43)}`]],
  ["Mailgun", [`key-${hex(32)}`]],
  ["Mailchimp", [`${hex(32)}-us14`]],
  ["Twilio", [`SK${hex(32)}`]],
  ["DigitalOcean", ["dop", "doo", "dor"].map((kind) => `${kind}_v1_${hex(64)}`)],
  ["Shopify", ["shpat", "shpca", "shppa", "shpss"].map((kind) => `${kind}_${hex(32)}`)],
  ["Databricks", [`dapi${hex(32)}`]],
  ["Vault", [`hvs.${r(90)}`, `hvb.${r(90)}`]],
  ["Terraform Cloud", [`${r(14)}.atlasv1.${r(67)}`]],
  ["Doppler", [`dp.pt.${r(43)}`]],
  ["Atlassian", [`ATATT3xFfGF0${r(160)}=${upper(8)}`]],
  ["Linear", [`lin_api_${r(40)}`]],
  ["Notion", [`ntn_${r(46)}`]],
  ["Figma", [`figd_${r(40)}`]],
  ["Postman", [`PMAK-${hex(24)}-${hex(34)}`]],
  ["Grafana", [`glsa_${r(32)}_${hex(8)}`, `glc_${r(80)}`]],
  ["New Relic", [`NRAK-${upper(27)}`]],
  ["Sentry", [`sntrys_${r(90)}`]],
  ["Square", [`sq0atp-${r(22)}`, `sq0csp-${r(43)}`]],
  ["PlanetScale", [`pscale_tkn_${r(43)}`]],
  ["Supabase", [`sbp_${hex(40)}`]],
  ["Fly.io", [`fo1_${r(43)}`]],
  ["Netlify", [`nfp_${r(36)}`]],
  ["Heroku", [`HRKU-${r(60)}`]],
  ["age", [`AGE-SECRET-KEY-1${upper(58)}`]],
  ["Telegram", [`${digits(10)}:AA${r(33)}`]],
  ["this gateway's own", [`kg_abcd1234_${r(43)}`]],
]);

test("every shape that the documentation lists has its sample here, forty and more", () => {
  assert.equal([...samples.keys()].sort(), secretShapes.map(([issuer]) => issuer).sort());
  assert.ok(samples.size >= 40);
});

/** How a token stands in files. */
const places: readonly ((token: string) => string)[] = [
  (token) => token,
  (token) => `const key = "${token}";`,
  (token) => `KEY=${token}`,
  (token) => `  value: ${token} # set by hand`,
  (token) => `curl -H 'X-Key: ${token}' https://api.internal/`,
  (token) => `| \`${token}\` |`,
  (token) => `{"a":"${token}","b":1}`,
];

for (const [issuer, tokens] of samples) {
  test(`${issuer}: its line is blanked wherever it stands, and no other`, () => {
    for (const token of tokens)
      for (const place of places)
        assert.equal(secretLines(`first line\n${place(token)}\nlast line\n`), [{ start: 2, end: 2 }], place(token));
  });
}

test("what is cut short, filled in, or only called like a token is text", () => {
  for (const [issuer, tokens] of samples) {
    const [token] = tokens;
    const mark = token!.slice(0, Math.max(4, token!.indexOf("_") + 1));
    for (const near of [mark, `${mark}EXAMPLE`, `${token!.slice(0, 6)}${"x".repeat(40)}`, `see ${mark}… for the form`])
      assert.equal(secretLines(near), [], `${issuer}: ${near}`);
  }
});

test("words of everyday code that begin like tokens are text", () => {
  for (const line of [
    "import { npm_config_registry } from './env';",
    "const sk_live_mode = false;",
    "gh_pages_branch: main",
    "the glsa_ prefix marks service accounts",
    "lin_api_version = 2",
    "key-value-store-of-the-cluster",
    "task-0123456789abcdef0123456789abcdef",
    "commit 3f9a1c7be2d846508b3f9a1c7be2d846508b3f9a",
    "sha512-q7Rz2mXw9LkP4vTn8HsJ3bYc6GdF1aQeU5oWtKxVi0ZyBrNpMhEgSuDjClAfIO==",
    "uuid: 7d4f2c1a-9b3e-4f6d-8a5c-0e1b2d3f4a5c",
    "hf_hub_download(repo_id, filename)",
    "SKU12345678",
    "r8_reg = registers[8]",
    "figd_lookup_table_for_the_figure_directory",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
  ])
    assert.equal(secretLines(line), [], line);
});

test.run();
