import { type DescribedVariable, describeVariables } from "../../src/config/mod.ts";

/** docs/configuration.md as the declarations say it. */
export function configurationPage(): string {
  const bySection = grouped(describeVariables());
  const parts = [...bySection].map(([section, variables]) => {
    const rows = variables.map(
      (v) => `| \`${v.name}\` | ${cell(v.default)} | ${cell(v.accepts)} | ${cell(v.summary)} ${cell(v.reason)} |`,
    );
    return [
      `## ${section}`,
      "",
      "| variable | default | accepts | what, and why this default |",
      "|---|---|---|---|",
      ...rows,
    ].join("\n");
  });
  return `# Configuration

Everything is set by environment variables; every problem is reported at once, before anything starts. An unknown
\`KM_\` variable is an error, with a guess at what was meant. \`gateway config\` prints what is in force, secrets hidden.
Durations are written \`500ms\`, \`10s\`, \`5m\`, \`2h\`, \`1d\`; switches take \`on\`, \`off\`, \`true\`, \`false\`.

This page is generated from the declarations in \`src/config/sections/\`; after changing them, run
\`KM_TEST_UPDATE=1 node dist/test/config/configuration-page.test.js\`.

${parts.join("\n\n")}

## Read by the command only

| variable | what |
|---|---|
| \`KM_TOKEN\` | The bearer token that \`gateway\` sends to a running gateway. |
`;
}

function grouped(variables: readonly DescribedVariable[]): Map<string, DescribedVariable[]> {
  const groups = new Map<string, DescribedVariable[]>();
  for (const v of variables) groups.set(v.section, [...(groups.get(v.section) ?? []), v]);
  return groups;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
