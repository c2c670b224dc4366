import type { ArtifactType } from "../artifact.ts";

const docLanguages = new Set(["markdown", "restructuredtext", "asciidoc", "tex"]);
const configLanguages = new Set([
  "json",
  "yaml",
  "toml",
  "ini",
  "ignore",
  "gitattributes",
  "codeowners",
  "gomod",
  "dockerfile",
  "makefile",
  "cmake",
  "terraform",
  "nix",
]);
/** Neither code nor prose: kept apart so that "code" means what runs. */
const otherLanguages = new Set(["text", "csv", "diff", "xml"]);
const protoLanguages = new Set(["protobuf", "thrift"]);

/** Folders whose code is tests, by the conventions of Python, Ruby, Rust, Java, C#, C++, JavaScript, Go, PHP. */
const testFolders = new Set([
  "test",
  "tests",
  "__tests__",
  "__test__",
  "spec",
  "specs",
  "testing",
  "testsuite",
  "test-suite",
  "unittests",
  "unit-tests",
  "unit_tests",
  "integration-tests",
  "integration_tests",
  "integrationtest",
  "functional-tests",
  "functional_tests",
  "acceptance",
  "e2e",
  "androidtest",
  "commontest",
  "jvmtest",
  "inttest",
  "testdata",
  "test-data",
  "test_data",
  "testfixtures",
  "__mocks__",
  "__fixtures__",
  "__snapshots__",
  "cypress",
]);

const testNames: readonly RegExp[] = [
  /_test\.(?:go|py|rb|c|cc|cpp|cxx|exs|dart|rs|js|ts|jsx|tsx|php|sh|lua|jl|clj)$/i,
  /[.-](?:test|spec|e2e|cy|tests|unit)\.[cm]?[jt]sx?$/i,
  /[.-](?:test|spec)\.(?:vue|svelte|lua|dart)$/i,
  /^test[_-][^/]*\.(?:py|c|cc|cpp|rb|sh|bash|lua|jl|rs|php)$/i,
  /_spec\.(?:rb|lua|cr)$/i,
  /(?:^|[a-z0-9_])(?:Test|Tests|TestCase|IT|Spec|Suite|Specs)\.(?:java|kt|kts|scala|groovy|cs|fs|vb|php|swift|m|mm|cpp|cc|h|hs)$/,
  /^Test[A-Z]\w*\.(?:java|kt|scala|groovy|cs|php)$/,
  /_unittest\.(?:cc|cpp|h|py)$/i,
  /\.(?:bats|t|feature)$/i,
  /^(?:conftest\.py|test\.[cm]?[jt]sx?|tests\.(?:py|rs)|test_helper\.(?:rb|exs)|spec_helper\.rb|jest\.setup\.[jt]s|tests?\.(?:c|cpp|sh))$/i,
  /\.Tests?\.ps1$/i,
];

const docFolders = new Set(["doc", "docs", "documentation", "rfcs", "adr", "adrs", "wiki", "man"]);
const docNames =
  /^(?:readme|changelog|changes|history|contributing|contributors|authors|maintainers|license|licence|copying|notice|security|code_of_conduct|governance|news|todo|install|upgrading|faq|support)(?:[.-][\w-]+)?(?:\.(?:md|rst|txt|adoc|markdown))?$/i;
const manualPage = /\.[1-8](?:\.in)?$/;

const configNames =
  /^(?:\.[\w-]+rc(?:\.[cm]?[jt]s)?|[\w.-]+\.config\.[cm]?[jt]s|\.env\.(?:example|sample|template)|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|build\.sbt|[\w.-]+\.(?:csproj|fsproj|vbproj|sln|props|targets)|web\.config|app\.config|requirements[\w.-]*\.txt|constraints\.txt|gemfile|rakefile|podfile|vagrantfile|jenkinsfile|setup\.py|noxfile\.py|meson\.build|build(?:\.bazel)?|workspace(?:\.bazel)?|module\.bazel|[\w.-]+\.(?:plist|tfvars)|gulpfile\.[cm]?[jt]s|gruntfile\.[cm]?[jt]s|procfile|\.gitmodules)$/i;

/** What a file is, by its language and the conventions of that language's ecosystem. `head`: its first characters. */
export function artifactTypeOf(path: string, language: string, head: string): ArtifactType {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  const folders = parts.map((part) => part.toLowerCase());
  if (protoLanguages.has(language)) return "proto";
  if (docLanguages.has(language)) return "doc";
  if (isTest(folders, parts, name, language, head)) return "test";
  if (docNames.test(name) || (manualPage.test(name) && /^(?:\.|'\\")/.test(head))) return "doc";
  if (configNames.test(name) || configLanguages.has(language)) return "config";
  const inDocs = folders.some((folder) => docFolders.has(folder));
  if (language === "text" || language === "html") return inDocs || language === "text" ? "doc" : "code";
  if (language === "" || otherLanguages.has(language)) return inDocs && language === "xml" ? "doc" : "other";
  return "code";
}

function isTest(
  folders: readonly string[],
  spelled: readonly string[],
  name: string,
  language: string,
  head: string,
): boolean {
  if (testNames.some((pattern) => pattern.test(name))) return true;
  if (language === "" || language === "text" || language === "html") {
    return folders.some((folder) => folder === "testdata" || folder === "__snapshots__" || folder === "__fixtures__");
  }
  // C# and Swift put tests in projects named for what they test: "Billing.Tests", "BillingTests".
  if (spelled.some((folder) => /(?:\.|[a-z])(?:Tests?|UnitTests|IntegrationTests|Specs)$/.test(folder))) return true;
  if (!folders.some((folder) => testFolders.has(folder))) return false;
  // A library's own "testing" package, or Java's main tree, is code though a folder sounds like tests.
  if (folders.includes("testing") && !folders.some((f) => f !== "testing" && testFolders.has(f))) {
    return /\b(?:describe|it|test|def test_|func Test|#\[test\]|@Test)\b/.test(head.slice(0, 4_096));
  }
  const main = folders.indexOf("main");
  return !(main > 0 && folders[main - 1] === "src" && ["java", "kotlin", "scala", "groovy"].includes(language));
}
