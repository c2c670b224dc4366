import { createHash } from "node:crypto";
import { escapeHtml, jsonForScript } from "./escape-html.ts";

export interface PageParts {
  /** As text. */
  readonly title: string;
  readonly style: string;
  readonly script: string;
  /** What the script reads from the element `#data`. */
  readonly data: unknown;
  /** HTML, escaped already. */
  readonly body: string;
}

/**
 * A page that needs nothing else: no other file, no network. Its policy lets its own style and script run and nothing
 * more, so that even a mistake in escaping could not run what a file or a symbol is called.
 */
export function selfContainedPage({ title, style, script, data, body }: PageParts): string {
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
<script type="application/json" id="data">${jsonForScript(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
