/** Lower-case language by extension (without the dot, lower case). */
const byExtension = new Map<string, string>();
const extensions: Readonly<Record<string, string>> = {
  typescript: "ts mts cts tsx",
  javascript: "js mjs cjs jsx es6",
  python: "py pyi pyw pyx bzl star",
  go: "go",
  rust: "rs",
  java: "java",
  csharp: "cs csx",
  cpp: "cpp cc cxx c++ hpp hh hxx h++ ipp tpp inl cu cuh",
  c: "c",
  ruby: "rb rake gemspec ru podspec",
  php: "php phtml php3 php4 php5",
  bash: "sh bash zsh ksh bats",
  css: "css",
  scss: "scss sass",
  less: "less",
  powershell: "ps1 psm1 psd1",
  ini: "ini cfg conf properties editorconfig desktop service socket timer",
  toml: "toml",
  yaml: "yaml yml",
  json: "json jsonc json5 jsonl ndjson geojson webmanifest code-workspace",
  markdown: "md markdown mdx mkd",
  restructuredtext: "rst rest",
  asciidoc: "adoc asciidoc asc",
  text: "txt text",
  protobuf: "proto",
  sql: "sql ddl dml",
  html: "html htm xhtml",
  vue: "vue",
  svelte: "svelte",
  xml: "xml xsd xsl xslt svg wsdl csproj fsproj vbproj props targets resx plist",
  kotlin: "kt kts",
  swift: "swift",
  scala: "scala sc sbt",
  groovy: "groovy gradle",
  dart: "dart",
  lua: "lua",
  elixir: "ex exs",
  erlang: "erl hrl",
  haskell: "hs lhs",
  ocaml: "ml mli",
  fsharp: "fs fsi fsx",
  clojure: "clj cljs cljc edn",
  r: "r",
  julia: "jl",
  zig: "zig",
  nim: "nim",
  solidity: "sol",
  terraform: "tf tfvars hcl",
  nix: "nix",
  graphql: "graphql gql",
  thrift: "thrift",
  cmake: "cmake",
  makefile: "mk mak",
  dockerfile: "dockerfile",
  batch: "bat cmd",
  tex: "tex sty",
  diff: "diff patch",
  csv: "csv tsv",
  cypher: "cypher cql",
  perl: "pm",
  vbnet: "vb",
  assembly: "s asm",
  webassembly: "wat",
};
for (const [language, list] of Object.entries(extensions)) {
  for (const extension of list.split(" ")) byExtension.set(extension, language);
}

/** By whole file name, lower case. */
const byName = new Map<string, string>([
  ["dockerfile", "dockerfile"],
  ["containerfile", "dockerfile"],
  ["makefile", "makefile"],
  ["gnumakefile", "makefile"],
  ["cmakelists.txt", "cmake"],
  ["rakefile", "ruby"],
  ["gemfile", "ruby"],
  ["podfile", "ruby"],
  ["vagrantfile", "ruby"],
  ["guardfile", "ruby"],
  ["fastfile", "ruby"],
  ["jenkinsfile", "groovy"],
  ["build", "python"],
  ["build.bazel", "python"],
  ["workspace", "python"],
  ["sconstruct", "python"],
  ["tiltfile", "python"],
  ["snakefile", "python"],
  ["justfile", "makefile"],
  ["procfile", "yaml"],
  ["pipfile", "toml"],
  ["cargo.lock", "toml"],
  ["poetry.lock", "toml"],
  ["uv.lock", "toml"],
  ["go.mod", "gomod"],
  ["go.work", "gomod"],
  ["go.sum", "text"],
  [".bashrc", "bash"],
  [".bash_profile", "bash"],
  [".profile", "bash"],
  [".zshrc", "bash"],
  ["pkgbuild", "bash"],
  [".gitignore", "ignore"],
  [".dockerignore", "ignore"],
  [".npmignore", "ignore"],
  [".gatewayignore", "ignore"],
  [".gitattributes", "gitattributes"],
  [".gitmodules", "ini"],
  [".gitconfig", "ini"],
  [".npmrc", "ini"],
  [".editorconfig", "ini"],
  [".babelrc", "json"],
  [".eslintrc", "json"],
  [".prettierrc", "json"],
  [".clang-format", "yaml"],
  [".clang-tidy", "yaml"],
  ["codeowners", "codeowners"],
  ["license", "text"],
  ["licence", "text"],
  ["copying", "text"],
  ["notice", "text"],
  ["authors", "text"],
  ["readme", "text"],
  ["changelog", "text"],
]);

const byInterpreter = new Map<string, string>([
  ["sh", "bash"],
  ["bash", "bash"],
  ["dash", "bash"],
  ["zsh", "bash"],
  ["ksh", "bash"],
  ["ash", "bash"],
  ["bats", "bash"],
  ["python", "python"],
  ["pypy", "python"],
  ["node", "javascript"],
  ["nodejs", "javascript"],
  ["bun", "typescript"],
  ["deno", "typescript"],
  ["tsx", "typescript"],
  ["ts-node", "typescript"],
  ["ruby", "ruby"],
  ["php", "php"],
  ["perl", "perl"],
  ["pwsh", "powershell"],
  ["lua", "lua"],
  ["rscript", "r"],
  ["make", "makefile"],
  ["groovy", "groovy"],
  ["elixir", "elixir"],
  ["escript", "erlang"],
  ["awk", "awk"],
  ["gawk", "awk"],
]);

/** How much of a file is looked at where its name leaves the language open, in characters. */
export const headLength = 4_096;

/**
 * The language of a file by its name and, where that is ambiguous, by its first characters (`head`, of which at
 * most `headLength` are looked at). "" when unknown. TSX counts as TypeScript.
 */
export function languageOf(path: string, head: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const start = head.slice(0, headLength);
  const named = byName.get(name);
  if (named !== undefined) return named;
  if (/^(?:dockerfile|containerfile)[.-]/.test(name)) return "dockerfile";
  if (/^makefile[.-]/.test(name)) return "makefile";
  const dot = name.lastIndexOf(".");
  if (dot >= 0) {
    const extension = name.slice(dot + 1);
    const ambiguous = byContent(extension, start);
    if (ambiguous !== undefined) return ambiguous;
    const known = byExtension.get(extension);
    if (known !== undefined) return known;
    // "x.conf.in", "page.html.erb": what the file becomes.
    if (["in", "tmpl", "template", "erb", "j2", "example", "sample", "dist"].includes(extension)) {
      const inner = languageOf(name.slice(0, dot), start);
      if (inner !== "") return inner;
    }
  }
  return byShebang(start);
}

function byShebang(start: string): string {
  if (!start.startsWith("#!")) return start.startsWith("<?php") ? "php" : start.startsWith("<?xml") ? "xml" : "";
  const line = start.slice(2, 200).split("\n", 1)[0] ?? "";
  const words = line.trim().split(/\s+/);
  let program = words[0]?.split("/").at(-1) ?? "";
  if (program === "env") program = words.slice(1).find((w) => !w.startsWith("-") && !w.includes("=")) ?? "";
  return byInterpreter.get(program.toLowerCase().replace(/[\d.]+$/, "")) ?? "";
}

/** Extensions that several languages share. */
function byContent(extension: string, start: string): string | undefined {
  switch (extension) {
    case "h":
      if (/^[ \t]*(?:@interface|@protocol|@class|#import)\b/m.test(start)) return "objectivec";
      return /^[ \t]*(?:class[ \t]+\w|template[ \t]*<|namespace\b|using[ \t]+\w|public:|private:|protected:|#include[ \t]*<[a-z_]+>)|\bstd::|\b(?:constexpr|noexcept|nullptr)\b/m.test(
        start,
      )
        ? "cpp"
        : "c";
    case "m":
      if (/^[ \t]*(?:#import|#include|@interface|@implementation|@import|@protocol)\b/m.test(start))
        return "objectivec";
      return /^[ \t]*(?:%|function\b|end\b)/m.test(start) ? "matlab" : "objectivec";
    case "mm":
      return "objectivec";
    case "pl":
      return /^[ \t]*:-|^[a-z]\w*\([^()\n]*\)[ \t]*(?::-|\.[ \t]*$)/m.test(start) &&
        !/\b(?:use strict|my \$)/.test(start)
        ? "prolog"
        : "perl";
    case "t":
      return /\b(?:use |my |ok\()/.test(start) ? "perl" : byShebang(start);
    case "ts":
      return start.startsWith("<?xml") || /^<!DOCTYPE TS>/m.test(start) ? "xml" : "typescript";
    case "inc":
      return start.includes("<?php") ? "php" : /^[ \t]*#[ \t]*(?:include|define|if)/m.test(start) ? "cpp" : "";
    case "cls":
      return /^\\/m.test(start) ? "tex" : "";
    case "v":
      return /^[ \t]*(?:Require|Lemma|Theorem|Definition)\b/m.test(start) ? "coq" : "verilog";
    case "d":
      return /^[^\n]*\.o:/.test(start) ? "makefile" : "d";
    default:
      return undefined;
  }
}
