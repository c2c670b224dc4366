/** Short questions of two to seven words, as agents ask them of the tree `large`; nothing in them is taken from an evaluation set. */
export const questions: readonly string[] = [
  "list instances in a zone",
  "delete bucket access control",
  "refresh token",
  "where is the request options merged",
  "create a subscription",
  "parse a date from a string",
  "retry with backoff",
  "Schema$Policy",
  "media upload content type",
  "patch calendar event attendees",
  "what does the batch endpoint return",
  "pagination page token",
  "update firewall rule priority",
  "stream a file download",
  "service account key",
  "export dataset to storage",
  "label fingerprint",
  "set iam policy on a resource",
  "error response status code",
  "watch channel notifications",
  "compute disk snapshot schedule",
  "translate text glossary",
  "video upload resumable",
  "get spreadsheet values range",
  "quota project header",
];

/** What a report pasted whole is as long as. */
const reportLength = 4_000;

/** Reports of some 4,000 characters, as people paste them: words, code, and the frames of a stack. */
export const reports: readonly string[] = questions.map((question, at) => {
  const frame = (n: number) =>
    `    at Resource$Projects$Jobs.call${n} (/srv/app/node_modules/client/build/v${n % 7}.js:${n * 13}:${n})`;
  let text = `Trouble: ${question}. I expected it to work as documented.\n\n`;
  for (let n = at; text.length < reportLength; n++) {
    const other = questions[(n * 7 + 3) % questions.length]!;
    text += `I tried to ${other}, and got \`Error: request ${n} failed with status ${400 + (n % 100)}\`.\n${frame(n)}\n`;
  }
  return text.slice(0, reportLength);
});
