import { createHash } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { coveragePage } from "../../src/cli/coverage/page.ts";
import { escapeHtml, jsonForScript } from "../../src/cli/escape-html.ts";
import { hostileNames, sampleCoverage } from "./sample-coverage.ts";

const test = suite("coverage as a page");

test("the page names nothing outside itself, and no name is markup in it", () => {
  const page = coveragePage(sampleCoverage(200));
  const markup = page.replace(/<(script|style)[\s\S]*?<\/\1>/g, "").replace('<link rel="icon" href="data:,">', "");
  assert.not.match(markup, /<[^>]+(?:src|href)\s*=\s*/i);
  assert.not.match(page, /@import|url\(|https?:/i);
  for (const name of hostileNames.filter((one) => /[<>"]/.test(one))) assert.not.ok(page.includes(name), name);
  assert.is(page.match(/<script/g)?.length, 2, "its data and its program");
  assert.is(page.match(/ style=/g), null, "the policy takes no inline styles");
});

test("its policy lets exactly its own style and script run", () => {
  const page = coveragePage(sampleCoverage(20));
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? "";
  assert.ok(policy.startsWith("default-src 'none'; "));
  assert.ok(policy.includes(`style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(page)![1]!)};`));
  assert.ok(policy.includes(`script-src ${hash(/<script>([\s\S]*?)<\/script>/.exec(page)![1]!)};`));
});

test("data inside a script element can't end it, and comes back as it was", () => {
  for (const name of hostileNames) {
    const json = jsonForScript([name]);
    assert.not.match(json, /[<>&\u2028\u2029]/);
    assert.equal(JSON.parse(json), [name]);
    assert.not.match(escapeHtml(name), /[<>"']/);
  }
});

test.run();
