import { type Manifest, ManifestDraft } from "./manifest.ts";
import { tomlEntries, tomlList, tomlText } from "./toml-lines.ts";

/** `name[extra]>=1.0; python_version < "3.9"` */
function requirement(text: string): { readonly name: string; readonly version: string } | undefined {
  const match = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?\s*((?:[<>=!~]=?=?\s*[^;#)\s]+(?:\s*,\s*)?)*)/.exec(
    text,
  );
  return match === null ? undefined : { name: match[1]!, version: match[2]!.replace(/\s+/g, "") };
}

/** requirements*.txt */
export function requirements(text: string): Manifest {
  const draft = new ManifestDraft();
  for (const [at, row] of text.split("\n").entries()) {
    const other = /^\s*(?:-r|-c|--requirement|--constraint)[\s=]+(\S+)/.exec(row)?.[1];
    if (other !== undefined) draft.path(other, at + 1);
    const found = /^\s*(?:#|-|$)|:\/\//.test(row) && !/\s@\s/.test(row) ? undefined : requirement(row);
    if (found !== undefined) draft.depend("pypi", found.name, found.version, at + 1);
  }
  return draft.done();
}

/** pyproject.toml of PEP 621 and of Poetry. */
export function pyproject(text: string): Manifest {
  const draft = new ManifestDraft();
  for (const { table, key, value, line } of tomlEntries(text)) {
    const full = table === "" ? key : `${table}.${key}`;
    const listed =
      full === "project.dependencies" ||
      full === "build-system.requires" ||
      table === "project.optional-dependencies" ||
      table === "dependency-groups";
    if (listed) {
      for (const { text: item, below } of tomlList(value)) {
        const found = requirement(item);
        if (found !== undefined) draft.depend("pypi", found.name, found.version, line + below);
      }
    } else if (/^tool\.poetry\.(?:group\.[\w-]+\.|dev-)?dependencies$/.test(table) && key !== "python") {
      draft.depend("pypi", key, tomlText(value), line);
    } else if (full === "project.name" || full === "tool.poetry.name") draft.set("python.name", tomlText(value));
    else if (full === "tool.setuptools.packages.find.where") {
      draft.set(
        "python.where",
        tomlList(value).map((item) => item.text),
      );
    } else if (full === "tool.setuptools.package-dir") draft.set("python.package-dir", value);
  }
  return draft.done();
}

/** poetry.lock and uv.lock: every package, also those that others need; the workspace's own are left out. */
export function pythonLock(text: string): Manifest {
  const draft = new ManifestDraft();
  let found = { name: "", version: "", line: 0, own: false };
  const put = () => {
    if (!found.own) draft.depend("pypi", found.name, found.version, found.line);
  };
  // Line by line: the hashes of its files are most of a lock file, and joining their lists takes longest.
  for (const [at, row] of text.split("\n").entries()) {
    if (row.startsWith("[")) {
      put();
      found = { name: "", version: "", line: 0, own: !row.startsWith("[[package]]") };
      continue;
    }
    const [, key, value = ""] = /^(name|version|source) = (.*)$/.exec(row) ?? [];
    if (key === "name") found = { ...found, name: tomlText(value), line: at + 1 };
    else if (key === "version") found.version = tomlText(value);
    else if (key === "source" && /\b(?:editable|virtual|directory)\b/.test(value)) found.own = true;
  }
  put();
  return draft.done();
}
