/** A module hook: the edge's server gets a chain that has no place for tracing. */
export async function resolve(
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => unknown,
): Promise<unknown> {
  const asked = specifier.endsWith("/compose-chain.js") && context.parentURL?.endsWith("/src/edge/server.js");
  return next(asked ? new URL("./chain-without-trace.js", import.meta.url).href : specifier, context);
}
