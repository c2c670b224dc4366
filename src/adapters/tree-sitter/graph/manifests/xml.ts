import { type Manifest, ManifestDraft } from "./manifest.ts";

function lineAtOffset(text: string): (offset: number) => number {
  let line = 1;
  let from = 0;
  return (offset) => {
    if (offset < from) {
      line = 1;
      from = 0;
    }
    for (let at = text.indexOf("\n", from); at >= 0 && at < offset; at = text.indexOf("\n", from)) {
      line += 1;
      from = at + 1;
    }
    return line;
  };
}

function tag(block: string, name: string): string {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(block)?.[1] ?? "";
}

/** Blanks parts and keeps every offset. */
function without(text: string, pattern: RegExp): string {
  return text.replace(pattern, (part) => part.replace(/[^\n]/g, " "));
}

/** pom.xml: the project's own dependencies, without what it only manages, its plugins and its parent's. */
export function mavenProject(text: string): Manifest {
  const draft = new ManifestDraft();
  const lineOf = lineAtOffset(text);
  const bare = without(
    text,
    /<!--[\s\S]*?-->|<dependencyManagement>[\s\S]*?<\/dependencyManagement>|<build>[\s\S]*?<\/build>/g,
  );
  for (const match of bare.matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)) {
    const block = match[1]!.replace(/<exclusions>[\s\S]*?<\/exclusions>/g, "");
    const name = `${tag(block, "groupId")}:${tag(block, "artifactId")}`;
    if (name !== ":") draft.depend("maven", name, tag(block, "version"), lineOf(match.index));
  }
  const parent = /<parent>([\s\S]*?)<\/parent>/.exec(bare)?.[1] ?? "";
  const own = bare.replace(/<parent>[\s\S]*?<\/parent>|<dependencies>[\s\S]*?<\/dependencies>/g, "");
  const artifact = tag(own, "artifactId");
  if (artifact !== "") draft.set("maven.name", `${tag(own, "groupId") || tag(parent, "groupId")}:${artifact}`);
  const modules = [...bare.matchAll(/<module>\s*([^<]*?)\s*<\/module>/g)].map(([, folder]) => folder);
  if (modules.length > 0) draft.set("maven.modules", modules);
  return draft.done();
}

/** *.csproj */
export function dotnetProject(text: string): Manifest {
  const draft = new ManifestDraft();
  const lineOf = lineAtOffset(text);
  const bare = without(text, /<!--[\s\S]*?-->/g);
  for (const match of bare.matchAll(/<PackageReference\b([^>]*?)(?:\/>|>([\s\S]*?)<\/PackageReference>)/g)) {
    const attributes = match[1]!;
    const name = /\bInclude\s*=\s*"([^"]*)"/.exec(attributes)?.[1] ?? "";
    const version = /\bVersion\s*=\s*"([^"]*)"/.exec(attributes)?.[1] ?? tag(match[2] ?? "", "Version");
    draft.depend("nuget", name, version, lineOf(match.index));
  }
  for (const match of bare.matchAll(/<ProjectReference\b[^>]*?\bInclude\s*=\s*"([^"]*)"/g)) {
    draft.path(match[1]!.replaceAll("\\", "/"), lineOf(match.index));
  }
  draft.set("nuget.name", tag(bare, "PackageId") || tag(bare, "AssemblyName"));
  draft.set("csharp.namespace", tag(bare, "RootNamespace"));
  return draft.done();
}
