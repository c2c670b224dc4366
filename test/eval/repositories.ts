/** Where each repository of the code-search set comes from: its registry's package, pinned. */
export interface PinnedRepository {
  readonly name: string;
  readonly from: "npm" | "pypi" | "go" | "crates" | "maven";
  /** Package coordinates as the registry's own client takes them. */
  readonly spec: string;
  /** The folder to index, below the package's top; "" for all of it. */
  readonly root: string;
  /** What a label's path carries in front of the packaged path. */
  readonly prefix: string;
  /** nDCG@10 that the set's authors published for their own hybrid on this repository. */
  readonly published: number;
}

export const repositories: readonly PinnedRepository[] = [
  { name: "express", from: "npm", spec: "express@5.2.1", root: "lib", prefix: "", published: 0.964 },
  { name: "redux", from: "npm", spec: "redux@5.0.1", root: "src", prefix: "", published: 0.914 },
  { name: "zod", from: "npm", spec: "zod@4.3.6", root: "src", prefix: "packages/zod/", published: 0.615 },
  { name: "axios", from: "npm", spec: "axios@1.13.2", root: "lib", prefix: "", published: 0.874 },
  { name: "click", from: "pypi", spec: "click==8.4.0", root: "src/click", prefix: "", published: 1.0 },
  { name: "chi", from: "go", spec: "github.com/go-chi/chi/v5@v5.2.5", root: "", prefix: "", published: 0.867 },
  { name: "starlette", from: "pypi", spec: "starlette==1.10.0", root: "starlette", prefix: "", published: 0.945 },
  { name: "httpx", from: "pypi", spec: "httpx==0.28.1", root: "httpx", prefix: "", published: 0.86 },
  { name: "pydantic", from: "pypi", spec: "pydantic==2.14.3", root: "pydantic", prefix: "", published: 0.792 },
  { name: "aiohttp", from: "pypi", spec: "aiohttp==3.14.5", root: "aiohttp", prefix: "", published: 0.852 },
  { name: "fastapi", from: "pypi", spec: "fastapi==0.163.2", root: "fastapi", prefix: "", published: 0.787 },
  { name: "tokio", from: "crates", spec: "tokio@1.48.0", root: "src", prefix: "tokio/", published: 0.953 },
  {
    name: "commons-lang",
    from: "maven",
    spec: "org.apache.commons:commons-lang3:3.19.0",
    root: "",
    prefix: "src/main/java/",
    published: 0.896,
  },
  {
    name: "jackson-databind",
    from: "maven",
    spec: "tools.jackson.core:jackson-databind:3.1.2",
    root: "",
    prefix: "src/main/java/",
    published: 0.733,
  },
];
