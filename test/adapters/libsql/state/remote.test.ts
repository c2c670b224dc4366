import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stateServerContract } from "../../../contract/state-server.ts";
import { startHranaServer } from "../../../support/hrana-server.ts";

// Of the twenty checks: 16.

/** On the contract server, everywhere; test/backends/sqld.test.ts holds the same against a real one. */
const token = "a-token-of-the-state-server-0123456789";

stateServerContract("libSQL's protocol", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hrana-"));
  const server = await startHranaServer(join(folder, "server.db"), token);
  return {
    url: server.url,
    token,
    async stop() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
});
