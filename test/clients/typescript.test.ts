import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type CompatServiceDefinition, createServer, ServerError } from "nice-grpc";
import { type ClientError, Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { buf } from "./find-clients.ts";
import { shownBlock, shownHit } from "./shown-block.ts";
import { openKnowledge } from "./typescript/client.ts";

const test = suite("a client in TypeScript");
const run = promisify(execFile);
const reader = "reader-0123456789abcdefghijklmnopqrstuvwxyz";
const admin = "maintainer-0123456789abcdefghijklmnopqrstuvwx";

test("asks, follows an ingest to its end and decodes errors; the page's block asks", async () => {
  const repo = makeRepo({
    "src/tide.ts": "/** How high the tide stands. */\nexport function tideHeight(hour: number) {\n  return hour;\n}\n",
  });
  const folder = mkdtempSync(join(tmpdir(), "gateway-shown-"));
  const env = { KM_READER_TOKEN: reader, KM_ADMIN_TOKEN: admin };
  const gateway = await startGatewayProcess({ sources: { harbour: repo.root }, env });
  try {
    await ingest(gateway.clients(admin));
    const ending = import.meta.url.slice(import.meta.url.lastIndexOf("."));
    const script = fileURLToPath(new URL(`./typescript/ask${ending}`, import.meta.url));
    const flags = "deno" in process.versions ? ["run", "--quiet", "-A"] : [];
    const { stdout } = await run(process.execPath, [...flags, script, gateway.address, reader, admin]);
    const said = stdout.trimEnd().split("\n");
    const [ingested, found, ...refused] = said.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.is(ingested?.["state"], "INGEST_RUN_STATE_SUCCEEDED");
    assert.ok(Number(ingested?.["events"]) > 0);
    assert.is(found?.["path"], "src/tide.ts");
    assert.ok(Number(found?.["start"]) <= 2 && Number(found?.["end"]) >= 2);
    assert.equal([found?.["request_id"], found?.["revision"]], [true, true]);
    assert.equal(
      refused.map(({ code, reason }) => [code, reason !== ""]),
      [
        ["UNAUTHENTICATED", true],
        ["PERMISSION_DENIED", true],
        ["INVALID_ARGUMENT", true],
      ],
    );

    // The page's second block, which is JavaScript as well, with the client of its first block.
    const client = JSON.stringify(new URL(`./typescript/client${ending}`, import.meta.url).href);
    const head = `import { openKnowledge } from ${client};\nconst token = ${JSON.stringify(reader)};\n`;
    const program = join(folder, "shown.mjs");
    writeFileSync(program, head + shownBlock("ts", gateway.address));
    const config = "deno" in process.versions ? ["--config", projectFile("deno.json")] : [];
    const asked = await run(process.execPath, [...flags, ...config, program]);
    assert.match(asked.stdout, shownHit);
  } finally {
    await gateway.stop();
    repo.remove();
    rmSync(folder, { recursive: true });
  }
});

/** A server that fails as told and counts what it was asked; work on one channel, and the connections it took. */
async function against(
  fail: (attempt: number) => Status | "silence" | undefined,
  work: (clients: ReturnType<typeof openKnowledge>) => Promise<unknown>,
  deadlineMs?: number,
) {
  const seen = { attempts: 0, told: [] as boolean[], peers: new Set<string>() };
  const answer = async (context: { readonly peer: string; readonly signal: AbortSignal }): Promise<object> => {
    seen.attempts += 1;
    seen.peers.add(context.peer);
    const status = fail(seen.attempts);
    if (status === "silence") {
      await new Promise((resolve) => context.signal.addEventListener("abort", resolve, { once: true }));
      seen.told.push(true);
    } else if (status !== undefined) throw new ServerError(status, "as told");
    return {};
  };
  const server = createServer();
  for (const definition of [SearchServiceDefinition, IngestServiceDefinition]) {
    const methods = Object.keys(definition.methods);
    const handlers = methods.map((name) => [name, (_: unknown, context: never) => answer(context)]);
    server.add<CompatServiceDefinition>(definition, Object.fromEntries(handlers));
  }
  const port = await server.listen("127.0.0.1:0");
  const clients = openKnowledge(`127.0.0.1:${port}`, "a-token", deadlineMs);
  try {
    const code = await work(clients).then(
      () => Status.OK,
      (error: ClientError) => error.code,
    );
    return { code: Status[code], ...seen, peers: seen.peers.size };
  } finally {
    clients.close();
    server.forceShutdown();
  }
}

test("a question is asked again after UNAVAILABLE, four times at most, and after nothing else", async () => {
  const ask = (clients: ReturnType<typeof openKnowledge>) => clients.search.search({ query: "tide" });
  const twice = await against((attempt) => (attempt <= 2 ? Status.UNAVAILABLE : undefined), ask);
  assert.equal([twice.code, twice.attempts], ["OK", 3]);
  const always = await against(() => Status.UNAVAILABLE, ask);
  assert.equal([always.code, always.attempts], ["UNAVAILABLE", 4]);
  for (const status of [Status.RESOURCE_EXHAUSTED, Status.INTERNAL, Status.ABORTED, Status.DEADLINE_EXCEEDED]) {
    const { code, attempts } = await against(() => status, ask);
    assert.equal([code, attempts], [Status[status], 1]);
  }
});

test("a start of an ingest is never repeated by itself", async () => {
  const { code, attempts } = await against(
    () => Status.UNAVAILABLE,
    (clients) => clients.ingest.startIngest({}),
  );
  assert.equal([code, attempts], ["UNAVAILABLE", 1]);
});

test("a deadline ends the call here, and tells the gateway, which stops working for it", async () => {
  const { code, told } = await against(
    () => "silence",
    async (clients) => {
      const asked = clients.search.search({ query: "tide" });
      await asked.catch(() => {});
      // The server has it by a clock of its own.
      await new Promise((resolve) => setTimeout(resolve, 300));
      return asked;
    },
    300,
  );
  assert.is(code, "DEADLINE_EXCEEDED");
  assert.equal(told, [true]);
});

test("all calls go over one connection", async () => {
  const { peers, attempts } = await against(
    () => undefined,
    (clients) => Promise.all(Array.from({ length: 20 }, () => clients.search.search({ query: "tide" }))),
  );
  assert.equal([attempts, peers], [20, 1]);
});

test("the recipe makes the stubs that are in gen", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gateway-typescript-"));
  try {
    const template = projectFile("test/clients/typescript/buf.gen.yaml");
    const input = [projectFile("proto"), "--path", projectFile("proto/knowledge")];
    const env = { ...process.env, PATH: `${projectFile("node_modules/.bin")}:${process.env["PATH"]}` };
    await run(buf, ["generate", ...input, "--template", template, "-o", folder], { env });
    const made = join(folder, "gen/knowledge/v1");
    for (const name of readdirSync(made)) {
      const [one, other] = [join(made, name), projectFile(`gen/knowledge/v1/${name}`)];
      assert.is(readFileSync(one, "utf8"), readFileSync(other, "utf8"), name);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("docs/clients.md shows the client that is tested", () => {
  const page = readFileSync(projectFile("docs/clients.md"), "utf8");
  const client = readFileSync(projectFile("test/clients/typescript/client.ts"), "utf8");
  const shown = client.replaceAll("../../../gen/", "./gen/").trimEnd();
  assert.ok(page.includes(`\`\`\`ts\n${shown}\n\`\`\``), "put test/clients/typescript/client.ts into docs/clients.md");
});

test.run();
