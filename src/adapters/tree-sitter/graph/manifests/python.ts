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
