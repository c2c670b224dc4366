import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { findGhz } from "../load/ghz.ts";
import { measured, measuring } from "./command-table.ts";
import { shell } from "./stages.ts";

const test = suite("commands that measure, at their smallest");

/** The trees' packages are kept once they were had; npm says whether they can be. */
const packages =
  existsSync(projectFile(".cache/bench/small/.git/HEAD")) ||
  spawnSync("npm", ["pack", "redux@5.0.1", "--dry-run", "--silent"], { shell: process.platform === "win32" }).status ===
    0;
const atHand = { packages, ghz: packages && findGhz() !== undefined };

for (const { command, wants, shows, codes } of measured) {
  test(command, async () => {
    if (wants !== undefined && !atHand[wants]) {
      console.error(`NO ${wants}: not run: ${command}`);
      return;
    }
    // What stands in dist is measured: its first step would build anew under this test.
    const { code, text } = await shell(command, { GATEWAY_BUILT: "on" });
    assert.ok((codes ?? [0]).includes(code ?? -1), `${command} ended with ${code}\n${text}`);
    for (const shown of shows) assert.match(text, shown, `${command}\n${text}`);
  });
}

test("each that the documents name is run, or is left out for a reason", () => {
  const names = new Set(measured.map(({ command }) => command.split(" -- ")[0]));
  assert.equal(
    [...measuring].filter(([name, reason]) => names.has(name) === (reason !== "")).map(([name]) => name),
    [],
  );
});

test.run();
