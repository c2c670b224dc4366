import { existsSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkRuntime, currentRuntime, projectFile, runtimeName } from "../../src/runtime/mod.ts";

const runtime = suite("runtime");

runtime("is allowed to run this test", () => checkRuntime(false));

runtime("has a name and a version", () => assert.match(runtimeName(), /^(node|deno) \d+\.\d+\.\d+/));

runtime("names what it is", () => {
  assert.is(currentRuntime().name, "Deno" in globalThis ? "deno" : "node");
});

for (const version of ["18.20.4", "19.9.0", "0.12.0"]) {
  runtime(`refuses Node ${version}, whatever is allowed`, () => {
    for (const allow of [false, true]) {
      assert.throws(() => checkRuntime(allow, { name: "node", version }), /too old: use Node 20 or newer/);
    }
  });
}

for (const version of ["2.9.4", "2.9.5", "2.9.6"]) {
  runtime(`refuses Deno ${version} with the remedy, unless told to`, () => {
    const deno = { name: "deno", version } as const;
    assert.throws(() => checkRuntime(false, deno), /use Deno 2\.9\.3, .*KM_ALLOW_KNOWN_BAD_RUNTIME=on/);
    checkRuntime(true, deno);
  });
}

runtime("takes the others", () => {
  for (const version of ["20.0.0", "22.18.0", "24.21.0", "25.0.0-nightly2026"])
    checkRuntime(false, { name: "node", version });
  for (const version of ["2.8.3", "2.9.3", "2.9.7", "2.10.4", "3.9.5"]) checkRuntime(false, { name: "deno", version });
});

runtime("finds the files that ship with the program", () => {
  assert.ok(existsSync(projectFile("package.json")));
  assert.ok(existsSync(projectFile("proto/knowledge/v1")));
});

runtime.run();
