// Starts Neo4j Community on free ports of 127.0.0.1, with authentication on and a small heap, until it is told to end
// (SIGTERM, SIGINT, or its standard input closes). Says where it is in one line of JSON.
//   node infra/test-neo4j/start.mjs [--home <folder>] [--port <bolt port>]
// Without --home its data lies in a folder that goes away with it.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import neo4j from "neo4j-driver";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const lib = join(root, ".tools/neo4j/lib");
const flag = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

if (!existsSync(lib)) {
  console.error("no jars in .tools/neo4j: run `node infra/dev/get-neo4j.mjs` first");
  process.exit(1);
}
const given = flag("--home");
const home = given ?? mkdtempSync(join(tmpdir(), "neo4j-"));
const port = flag("--port") ?? (await freePort());
const uri = `bolt://127.0.0.1:${port}`;
const passwordFile = join(home, "password");
mkdirSync(join(home, "conf"), { recursive: true });
writeFileSync(
  join(home, "conf/neo4j.conf"),
  `server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:${port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true
# Bounds what one statement may take; the heap is 512 MB.
dbms.memory.transaction.total.max=256m
server.memory.pagecache.size=64m
dbms.usage_report.enabled=false
`,
);

// What Neo4j's own start script opens of the JDK.
const opens = ["java.nio", "java.io", "sun.nio.ch", "java.util.concurrent"].flatMap((name) => [
  `--add-opens=java.base/${name}=ALL-UNNAMED`,
]);
const java = spawn(
  "java",
  [
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    ...opens,
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-cp",
    `${lib}/*`,
    "org.neo4j.server.CommunityEntryPoint",
    `--home-dir=${home}`,
    `--config-dir=${join(home, "conf")}`,
  ],
  // Its output is a log, not an answer.
  { stdio: ["ignore", 2, 2] },
);
const gone = new Promise((resolve) => java.once("exit", resolve));
process.on("exit", () => {
  if (java.exitCode === null) java.kill("SIGKILL");
  if (given === undefined) rmSync(home, { recursive: true, force: true });
});
const end = () => java.kill("SIGTERM");
process.on("SIGTERM", end);
process.on("SIGINT", end);
process.stdin.on("end", end).resume();
void gone.then((code) => process.exit(code === 143 ? 0 : (code ?? 0)));

/** Waits until it answers; the first time, gives it a password of its own. */
async function password() {
  const known = existsSync(passwordFile) ? readFileSync(passwordFile, "utf8") : undefined;
  const driver = neo4j.driver(uri, neo4j.auth.basic("neo4j", known ?? "neo4j"));
  try {
    for (;;) {
      const session = driver.session({ database: "system" });
      try {
        if (known !== undefined) {
          const user = driver.session({ database: "neo4j" });
          await user.run("RETURN 1").finally(() => user.close());
          return known;
        }
        const fresh = randomBytes(18).toString("base64url");
        await session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $fresh", { fresh });
        writeFileSync(passwordFile, fresh, { mode: 0o600 });
        return fresh;
      } catch (error) {
        const away = /ServiceUnavailable|SessionExpired|TransientError|DatabaseUnavailable/.test(`${error.code}`);
        if (!away) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      } finally {
        await session.close();
      }
    }
  } finally {
    await driver.close();
  }
}

const answer = { uri, user: "neo4j", password: await password(), pid: java.pid, home, port: Number(port) };
process.stdout.write(`${JSON.stringify(answer)}\n`);
