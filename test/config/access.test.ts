import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConfigError, type Environment, readConfig } from "../../src/config/mod.ts";

const admin = "m4Zq8Lw2Xc6Vb1Nf9Jr3Tk7Hy5Dg0PsA";
const reader = "t7Rb2Yn9Kd4Fw6Gh1Mj8Lc3Xv5Qz0SpE";

/** What is in force, or the variables that are refused. */
function outcome(env: Environment) {
  try {
    const { edge, tokens } = readConfig(env, "/work/x");
    const { authRequired, reflection } = edge;
    return tokens.maintainerNeeded === ""
      ? { authRequired, reflection }
      : { authRequired, reflection, maintainerNeeded: true };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((text) => text.slice(0, text.indexOf(":")));
  }
}

function refusal(env: Environment): string {
  try {
    readConfig(env, "/work/x");
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

const access = suite("access");

const open = "0.0.0.0:50051";
const table: readonly (readonly [name: string, env: Environment, expected: ReturnType<typeof outcome>])[] = [
  ["loopback with nothing is open", {}, { authRequired: false, reflection: "open" }],
  ["a reader token turns it on", { KM_READER_TOKEN: reader }, { authRequired: true, reflection: "open" }],
  ["a maintainer token turns it on", { KM_ADMIN_TOKEN: admin }, { authRequired: true, reflection: "open" }],
  [
    "off is off on loopback",
    { KM_ADMIN_TOKEN: admin, KM_AUTH_ENABLED: "off" },
    { authRequired: false, reflection: "open" },
  ],
  [
    "on needs a maintainer's token, set or issued",
    { KM_AUTH_ENABLED: "true", KM_READER_TOKEN: reader },
    { authRequired: true, reflection: "open", maintainerNeeded: true },
  ],
  [
    "off loopback both refusals come together",
    { KM_GRPC_ADDRESS: open, KM_AUTH_ENABLED: "false" },
    ["KM_AUTH_ENABLED", "KM_ALLOW_PLAINTEXT"],
  ],
  ["off loopback needs TLS", { KM_GRPC_ADDRESS: open }, ["KM_ALLOW_PLAINTEXT"]],
  [
    "off loopback behind a proxy needs a maintainer's token, set or issued",
    { KM_GRPC_ADDRESS: open, KM_ALLOW_PLAINTEXT: "on" },
    { authRequired: true, reflection: "token", maintainerNeeded: true },
  ],
  [
    "off loopback with a token still needs TLS",
    { KM_GRPC_ADDRESS: open, KM_ADMIN_TOKEN: admin },
    ["KM_ALLOW_PLAINTEXT"],
  ],
  [
    "off loopback behind a proxy asks for tokens, for reflection too",
    { KM_GRPC_ADDRESS: open, KM_ADMIN_TOKEN: admin, KM_ALLOW_PLAINTEXT: "on" },
    { authRequired: true, reflection: "token" },
  ],
  [
    "off loopback authentication can't be off",
    { KM_GRPC_ADDRESS: open, KM_ADMIN_TOKEN: admin, KM_ALLOW_PLAINTEXT: "on", KM_AUTH_ENABLED: "off" },
    ["KM_AUTH_ENABLED"],
  ],
  ["one token for both scopes is refused", { KM_READER_TOKEN: admin, KM_ADMIN_TOKEN: admin }, ["KM_READER_TOKEN"]],
  ["a token that is refused is not called missing", { KM_ADMIN_TOKEN: "x", KM_AUTH_ENABLED: "on" }, ["KM_ADMIN_TOKEN"]],
  ["GRPC_TRACE is refused", { GRPC_TRACE: "all" }, ["GRPC_TRACE"]],
  ["GRPC_NODE_TRACE is refused", { GRPC_NODE_TRACE: "all" }, ["GRPC_NODE_TRACE"]],
  [
    "tracing is the developer's",
    { GRPC_TRACE: "all", KM_DEVELOPMENT: "on" },
    { authRequired: false, reflection: "open" },
  ],
  ["reflection is what it is set to", { KM_REFLECTION: "off" }, { authRequired: false, reflection: "off" }],
];

for (const [name, env, expected] of table) access(name, () => assert.equal(outcome(env), expected));

for (const address of ["127.0.0.1:1", "127.8.9.1:1", "localhost:1", "LOCALHOST:1", "[::1]:1", "[0:0:0:0:0:0:0:1]:1"]) {
  access(`${address} is loopback`, () =>
    assert.equal(outcome({ KM_GRPC_ADDRESS: address }), { authRequired: false, reflection: "open" }),
  );
}

for (const address of ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "localhost.example.org:1", "gateway:1", "[::2]:1"]) {
  access(`${address} is not loopback`, () => {
    assert.equal(outcome({ KM_GRPC_ADDRESS: address }), ["KM_ALLOW_PLAINTEXT"]);
  });
}

const worthless = [
  "changeme",
  "please-change-me-to-something-random-1",
  "your-token-here-0123456789abcdefghijk",
  "replace-with-a-real-token-0123456789ab",
  "correct-horse-battery-password-staple1",
  "0".repeat(40),
  "abcabcabcabcabcabcabcabcabcabcabcabc",
  "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
  admin.slice(0, 31),
  `${admin}\u00e9`,
  `${admin},${admin}`,
  admin.repeat(20),
];
for (const token of worthless) {
  access(`the token ${JSON.stringify(token).slice(0, 50)} is refused`, () => {
    const said = refusal({ KM_ADMIN_TOKEN: token });
    assert.match(said, /KM_ADMIN_TOKEN: \[secret\] .*openssl rand/);
    assert.not.match(said, token);
  });
}

access("a refusal says what to set", () => {
  const said = refusal({ KM_GRPC_ADDRESS: open, KM_AUTH_ENABLED: "off" });
  assert.match(said, "set KM_GRPC_ADDRESS=127.0.0.1:50051, or unset KM_AUTH_ENABLED and set KM_ADMIN_TOKEN");
  assert.match(said, "set KM_ALLOW_PLAINTEXT=on when a proxy ends TLS in front");
});

access.run();
