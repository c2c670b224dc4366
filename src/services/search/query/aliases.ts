import { stem } from "../../../domain/text/mod.ts";

/** Words that programmers use for one another: abbreviations and synonyms of the trade. Each line is a group. */
const groups = `
  arg argument param parameter
  async asynchronous
  auth authentication authenticate
  authz authorization authorize permission
  bool boolean
  cfg conf config configuration settings options
  cmd command
  conn connection
  ctor constructor
  ctx context
  db database
  decode decoder deserialize unmarshal parse
  del delete remove
  dep dependency
  deps dependencies
  dir directory folder
  doc documentation
  encode encoder serialize marshal
  env environment
  err error exception
  exec execute run
  fn func function
  fs filesystem
  helper util utility
  impl implementation
  info information
  init initialize setup
  int integer
  iter iterate iterator
  lib library
  listen subscribe
  log logger logging
  max maximum
  mem memory
  min minimum
  msg message
  num number
  obj object
  pkg package
  ref reference
  regex regexp
  repo repository
  req request
  res resp response
  srv server
  str string
  sync synchronous
  sys system
  tls ssl
  tmp temp temporary
  txn transaction
  val value
  var variable
  ws websocket
`;

const byTerm = new Map<string, readonly string[]>();
for (const line of groups.trim().split("\n")) {
  const members = [...new Set(line.trim().split(" ").map(stem))];
  for (const member of members)
    byTerm.set(member, [...(byTerm.get(member) ?? []), ...members.filter((m) => m !== member)]);
}

/** Other words for a term; both sides stemmed. */
export function aliasesOf(term: string): readonly string[] {
  return byTerm.get(term) ?? [];
}
