import { suite } from "uvu";
import * as assert from "uvu/assert";
import { describeVariables, effectiveConfig, readConfig } from "../../src/config/mod.ts";

const described = suite("described variables");

described("every one has a name, a section, a summary, a default and a reason", () => {
  const all = describeVariables();
  for (const { name, section, summary, accepts, reason, default: fallback } of all) {
    assert.match(name, /^KM_[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    for (const text of [section, accepts, fallback]) assert.not.equal(text, "", name);
    for (const sentence of [summary, reason]) assert.match(sentence, /^[A-Z0-9].*\.$/, name);
  }
  assert.is(new Set(all.map(({ name }) => name)).size, all.length);
});

described("the effective configuration names where each value is from, and hides secrets", () => {
  const token = "m4Zq8Lw2Xc6Vb1Nf9Jr3Tk7Hy5Dg0PsA";
  const effective = effectiveConfig(readConfig({ KM_ADMIN_TOKEN: token, KM_LOG_LEVEL: "warn" }, "/work/x"));
  const shown = (name: string) => {
    const found = effective.find((variable) => variable.name === name);
    return found && `${found.value} (${found.from})`;
  };
  assert.is(shown("KM_ADMIN_TOKEN"), "[secret] (environment)");
  assert.is(shown("KM_LOG_LEVEL"), "warn (environment)");
  assert.is(shown("KM_STATE_PATH"), "./.gateway (default)");
  assert.equal(
    effective.map(({ name }) => name),
    describeVariables().map(({ name }) => name),
  );
  assert.not.match(JSON.stringify(effective), token);
});

described.run();
