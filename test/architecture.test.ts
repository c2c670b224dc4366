import { suite } from "uvu";
import * as assert from "uvu/assert";
import { described, wrongArrows } from "./support/arrows.ts";
import { blankSource } from "./support/blank-source.ts";
import { sourceFiles } from "./support/source-files.ts";

const architecture = suite("architecture");

architecture("every arrow of the sources is allowed", () => {
  const sources = sourceFiles("src");
  assert.ok(sources.has("src/kernel/mod.ts"), "the sources were not found");
  assert.is(wrongArrows(sources).map(described).join("\n"), "");
});

const door = "/** A room. */\n";

/** What the check says of one planted file beside the doors it may lead to. */
function planted(file: string, text: string): string {
  const doors = ["kernel", "domain", "domain/text", "ports", "adapters/git", "adapters/libsql", "services/graph"];
  const sources = new Map(doors.map((room) => [`src/${room}/mod.ts`, door]));
  sources.set("src/domain/text/words.ts", "export const a = 1;\n");
  sources.set("src/kernel/token.ts", "export const a = 1;\n");
  sources.set(file, text);
  return wrongArrows(sources).map(described).join("\n");
}

const refused: readonly (readonly [name: string, file: string, text: string, says: string])[] = [
  [
    "a service that imports an adapter",
    "src/services/search/service.ts",
    'import { openGit } from "../../adapters/git/mod.ts";',
    'src/services/search/service.ts: import "../../adapters/git/mod.ts": services/search may not import adapters/git',
  ],
  [
    "a service that imports a service",
    "src/services/search/service.ts",
    'export { x } from "../graph/mod.ts";',
    "services/search may not import services/graph",
  ],
  [
    "an adapter that imports an adapter",
    "src/adapters/git/x.ts",
    'await import("../libsql/mod.ts");',
    "adapters/git may not import adapters/libsql",
  ],
  ["a domain that imports a port", "src/domain/x.ts", 'import type { Log } from "../ports/mod.ts";', "may not import"],
  ["a way past a door", "src/ports/x.ts", 'import "../domain/fault.ts";', "src/domain is entered by its door"],
  [
    "a way past an inner door",
    "src/domain/x.ts",
    'import "./text/words.ts";',
    "src/domain/text is entered by its door",
  ],
  ["generated code in a handler", "src/services/search/rank.ts", 'import "../../../gen/a.ts";', "generated code"],
  [
    "another's technology",
    "src/services/search/service.ts",
    'import { pino } from "pino";',
    "pino is not a technology",
  ],
  [
    "values of a library of types",
    "src/services/search/service.ts",
    'import { ServerError } from "nice-grpc";',
    "only types of nice-grpc",
  ],
  ["a runtime in the kernel", "src/kernel/x.ts", 'import "node:fs";', "kernel imports nothing of a runtime's"],
  ["a built-in without its prefix", "src/config/x.ts", 'import "fs";', "carry node:"],
  ["an import without its extension", "src/config/x.ts", 'import "./secret";', "relative imports carry .ts"],
  ["tests in the program", "src/cli/x.ts", 'import "../../test/run.ts";', "only src/ and gen/"],
  ["the environment", "src/edge/x.ts", "const a = process.env.KM_X;", "process.env: only in config"],
  ["the environment by a bracket", "src/edge/x.ts", 'process["env"];', "process.env: only in config"],
  ["the environment by name", "src/edge/x.ts", 'import { env } from "node:process";', "node:process: only in config"],
  ["a runtime's own API", "src/edge/x.ts", "Deno.version;", "Deno.: only in runtime"],
  ["the console", "src/edge/x.ts", "console.log(1);", "console.: only in cli, telemetry"],
  ["the console inside a template", "src/edge/x.ts", `const a = \`\${console.log(1)}\`;`, "console.: only in"],
  ["a default export", "src/edge/x.ts", "export default 1;", "no default exports"],
  ["a name in camel case", "src/edge/fooBar.ts", "", "names are kebab-case"],
  ["a drawer", "src/edge/utils.ts", "", "not a drawer"],
  ["a door without a sign", "src/edge/mod.ts", "export {};", "a door opens with a comment"],
  ["a file too long", "src/edge/x.ts", "\n".repeat(301), "301 lines: at most 300"],
  ["a room that is not in the plan", "src/stuff/x.ts", "", "no such room"],
];

for (const [name, file, text, says] of refused) {
  architecture(`refuses ${name}`, () => {
    const said = planted(file, text);
    assert.ok(said.startsWith(`${file}: `) && said.includes(says), said || "nothing was refused");
  });
}

const allowed: readonly (readonly [name: string, file: string, text: string])[] = [
  ["a door", "src/services/search/service.ts", 'import { Fault } from "../../domain/mod.ts";'],
  ["an inner door", "src/services/search/service.ts", 'import { words } from "../../domain/text/mod.ts";'],
  ["what lies around an inner room", "src/domain/text/x.ts", 'import { a } from "../fault.ts";'],
  ["the one way past the kernel's door", "src/ports/tokens.ts", 'import { token } from "../kernel/token.ts";'],
  ["generated code on the wire", "src/services/search/wire.ts", 'import { A } from "../../../gen/a.ts";'],
  ["types of the server library", "src/services/search/service.ts", 'import type { CallContext } from "nice-grpc";'],
  ["words in comments", "src/edge/x.ts", '// console.log and process.env\n/* Deno.x import "fs" */'],
  ["words in strings", "src/edge/x.ts", "const a = 'Deno.' + \"process.env\" + `console.log`;"],
  ["words in regular expressions", "src/edge/x.ts", 'const a = /["`]console.log/;\nconst b = "x";'],
];

for (const [name, file, text] of allowed) {
  architecture(`allows ${name}`, () => assert.is(planted(file, text), ""));
}

architecture("blanks text and leaves code where it was", () => {
  const text = `f("a", \`b \${g({ h: 1 })} c\`, /["/]/g); // d`;
  const code = `f(" ", \`  \${g({ h: 1 })}  \`,       g);     `;
  assert.is(blankSource(text), code);
});

architecture.run();
