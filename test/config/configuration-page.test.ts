import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { configurationPage } from "../support/configuration-page.ts";

const page = suite("docs/configuration.md");
const path = projectFile("docs/configuration.md");

page("says what the configuration reads (KM_TEST_UPDATE=1 writes it anew)", () => {
  if (process.env["KM_TEST_UPDATE"] === "1") writeFileSync(path, configurationPage());
  assert.fixture(readFileSync(path, "utf8"), configurationPage());
});

page.run();
