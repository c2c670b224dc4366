/** What the plug-in is given. */
export interface QdrantConfig {
  /** `http://host:6333`, `https://host:6333/path`. */
  readonly url: string;
  readonly apiKey: string | undefined;
  /** First part of every collection's name: gateways that share state share it, others must not. */
  readonly prefix: string;
}

/** @throws Error that names the fix */
export function parseQdrantConfig(raw: unknown): QdrantConfig {
  const { url, apiKey, prefix } = (raw ?? {}) as Partial<QdrantConfig>;
  if (typeof url !== "string" || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new Error("the Qdrant index needs the server's URL: set KM_QDRANT_URL, such as http://127.0.0.1:6333");
  }
  if (typeof prefix !== "string" || !/^[a-z0-9_]{1,40}$/.test(prefix)) {
    throw new Error("the prefix of Qdrant collections takes a-z, 0-9 and '_': set KM_QDRANT_PREFIX");
  }
  return { url, apiKey: typeof apiKey === "string" ? apiKey : undefined, prefix };
}
