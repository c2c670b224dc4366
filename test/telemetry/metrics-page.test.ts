import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { metricsPage } from "../support/metrics-page.ts";

const page = suite("docs/metrics.md");

page("says what the declarations say (KM_TEST_UPDATE=1 writes it anew)", () => {
  const path = projectFile("docs/metrics.md");
  if (process.env["KM_TEST_UPDATE"] === "1") writeFileSync(path, metricsPage());
  assert.is(readFileSync(path, "utf8"), metricsPage());
});

page.run();
