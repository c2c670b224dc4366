// Puts the jars of Neo4j Community (infra/test-neo4j/pom.xml, from Maven Central) into the ignored folder .tools/neo4j,
// for test/backends/neo4j: where there are Java 17 and Maven. Ends well whatever happens: the tests say what they
// could not do.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

const folder = join(root, ".tools/neo4j");
const have = (command, flag) => spawnSync(command, [flag]).status === 0;

function fetched() {
  mkdirSync(join(root, ".tools"), { recursive: true });
  // Beside its place, so that a fetch that breaks off leaves nothing that looks whole.
  const work = mkdtempSync(join(root, ".tools/neo4j-"));
  try {
    console.error("fetching Neo4j's jars into .tools …");
    const pom = join(root, "infra/test-neo4j/pom.xml");
    const goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(work, "lib")}`];
    const { status } = spawnSync("mvn", ["-B", "-q", "-f", pom, ...goal], { stdio: ["ignore", 2, 2] });
    if (status !== 0) return false;
    if (!existsSync(folder)) renameSync(work, folder);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (existsSync(join(folder, "lib"))) {
  // at hand
} else if (!have("java", "-version") || !have("mvn", "-v")) {
  console.error("no Java or no Maven on PATH: the tests on a real Neo4j will say that they were left out");
} else if (!fetched()) {
  console.error("Neo4j's jars could not be fetched from Maven Central");
}
