/** Results kept. Names and paths come back with every query; 50,000 of them are about 10 MB. */
const most = 50_000;

/** Remembers what a pure function of a string gave. When full, all is forgotten and learnt anew. */
export function remembered<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      result = work(text);
      if (known.size >= most) known.clear();
      known.set(text, result);
    }
    return result;
  };
}
