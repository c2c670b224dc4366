import { secretPathRules, secretShapes } from "../../src/domain/discovery/mod.ts";

const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(", ");

/** docs/secrets.md as the rules say it. */
export function secretsPage(): string {
  const { names, endings, folders, inFolders, beginnings } = secretPathRules;
  const folderRules = [
    ...folders.map(
      ({ folder, but }) => `everything directly in \`${folder}/\`${but.length > 0 ? ` but ${code(but)}` : ""}`,
    ),
    ...inFolders.map(({ folder, name }) => `\`${folder}/${name}\``),
  ];
  return `# Secrets

What must not come out of the gateway does not go in. Two sets of rules see to it, and this page lists both; it is
generated from \`src/domain/discovery/\` (\`KM_TEST_UPDATE=1 node dist/test/domain/discovery/secrets-page.test.js\`).

## Files that are secrets by their names

They are never opened. The coverage report has them as \`skipped\` with the reason \`SECRET\`. Case does not matter, and
names that end in \`.pub\` are public keys.

- Environment files: \`.env\`, \`.env.*\`, \`*.env\`; but not those whose name holds example, sample, template, tmpl, dist,
  default, defaults, schema, test or ci as a word of its own, such as \`.env.example\`.
- Names: ${code(names)}.
- Endings: ${code(endings.map((ending) => `*${ending}`))}.
- Names that begin with ${code(beginnings)}, as whole words.
- Folders: ${folderRules.join("; ")}.

Of names and endings those are let through whose name holds example, sample or template as a word of its own.

\`KM_SECRET_PATHS_EXTRA\` names more of them and \`KM_SECRET_ALLOW\` lets some through, both as globs over the whole path,
separated by commas: \`KM_SECRET_PATHS_EXTRA=**/*.vault,ops/private/**\`. Extra paths win over allowed ones. A change of
either takes effect with the next run, which judges every file anew.

## Lines that hold a secret

A secret of a known shape inside any other file blanks the lines it stands on before the file is cut, named or embedded.
The file is \`partial\` with the reason \`SECRET\`, and the report names the lines. \`KM_SECRET_ALLOW\` does not lift this,
and there is no switch that does.

| issuer | shape |
|---|---|
${secretShapes.map(([issuer, shape]) => `| ${issuer} | \`${shape.replaceAll("|", "\\|")}\` |`).join("\n")}

And besides: Slack's incoming webhooks; private keys between their markers (any \`-----BEGIN … PRIVATE KEY-----\` that is
followed by base64); passwords inside connection strings (\`scheme://user:password@host\`); bearer tokens; and values
assigned to names such as password, secret, token or api_key when the value looks drawn at random, or, for passwords, when
it mixes kinds of characters as chosen passwords do.

## What this does not promise

Rules by shape find what has a shape. A password that is a word, a secret without a telling name beside it, or one that
is encoded in another form is text like any other; placeholders and documented examples are left alone on purpose. Keep
secrets out of repositories; these rules are for the day one slips in. A secret that was committed and then removed is
not in the index, which holds the work tree and no history.
`;
}
