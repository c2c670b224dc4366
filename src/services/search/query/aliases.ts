import { stem } from "../../../domain/text/mod.ts";

/** Words that programmers use for one another: abbreviations and synonyms of the trade. Each line is a group. */
const groups = `
  add append insert push
  arg argument param parameter
  async asynchronous
  auth authentication authenticate
  authz authorization authorize permission
  average mean
  bool boolean
  cache memoize
  cast convert transform coerce
  cfg conf config configuration settings options
  change modify update edit alter
  char character letter
  check validate verify ensure
  cmd command
  col column
  compare equal equals
  concat concatenate join merge combine
  conn connection
  copy clone
  create build construct generate
  ctor constructor
  ctx context
  db database
  decode decoder deserialize unmarshal parse
  delete del remove drop erase purge eliminate clear
  dep dependency
  deps dependencies
  dict dictionary map mapping
  dir directory folder
  display show print output
  distinct unique dedupe duplicate
  doc documentation
  encode encoder serialize marshal dump
  end stop halt terminate kill shutdown
  env environment
  err error exception
  exec execute run
  fetch retrieve download load
  find search lookup locate
  fn func function
  fs filesystem
  helper util utility
  image img picture
  impl implementation
  info information
  init initialize setup
  int integer
  iter iterate iterator loop
  length len size count
  lib library
  list array sequence
  listen subscribe
  log logger logging
  max maximum largest highest
  mem memory
  min minimum smallest lowest
  msg message
  num number numeric
  obj object
  pkg package
  rand random
  ref reference
  regex regexp
  replace substitute
  repo repository
  req request
  res resp response
  row record
  save store persist write
  sort order
  split separate tokenize
  srv server
  start begin launch
  str string
  sum total
  sync synchronous
  sys system
  time date datetime timestamp
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
