import { TOKEN_STORE, type TokenStore } from "../../ports/mod.ts";
import { type EnvTokens, envTokenStore } from "./token-store.ts";

/** The kernel's plug-in shape, spelled out: adapters don't import the kernel. */
export const tokenStorePlugin = {
  name: "tokens",
  provides: TOKEN_STORE,
  needs: {},
  config(raw: unknown): EnvTokens {
    const { readerToken, adminToken } = (raw ?? {}) as Record<string, unknown>;
    for (const value of [readerToken, adminToken]) {
      if (value !== undefined && typeof value !== "string") throw new Error("a token is a string");
    }
    return { readerToken: readerToken as string | undefined, adminToken: adminToken as string | undefined };
  },
  async start(_needs: object, config: EnvTokens): Promise<{ readonly value: TokenStore }> {
    return { value: envTokenStore(config) };
  },
};
