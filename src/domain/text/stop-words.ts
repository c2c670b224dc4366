/**
 * English words that say nothing about what a passage is about, and a few keywords that stand in nearly every
 * block of code. Dropped only as natural words: an identifier that holds one is kept whole.
 */
const words = new Set(
  `a about above after again against all also although am an and any are aren as at be because been before being
  below between both but by can cannot could couldn did didn do does doesn doing don down during each either else
  etc ever few for from further had hadn has hasn have haven having he her here hers herself him himself his how
  however if in into is isn it its itself just let ll may me might more most much must my myself no nor not now of
  off on once only or other our ours ourselves out over own per please rather re same shall she should shouldn so
  some such than that the their theirs them themselves then there these they this those through thus to too under
  until up upon us ve very via was wasn we were weren what when where whether which while who whom whose why will
  with within without won would wouldn yet you your yours yourself yourselves const var return void self`.split(/\s+/),
);

/** @param word lower case, before stemming. */
export function isStopWord(word: string): boolean {
  return words.has(word);
}
