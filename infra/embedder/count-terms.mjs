// Pairs as counts of terms, by the analysis that the gateway itself uses: what is learned is what is looked up.
// usage: node count-terms.mjs PAIRS FOLDER   (after `npm run build`)
import { createReadStream, writeFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { countTerms } from "../../dist/src/domain/text/mod.js";

const [pairs, folder] = process.argv.slice(2);
const numbers = new Map();
const documents = [];

/** Rows of term numbers and counts, as compressed sparse rows. */
class Rows {
  pointers = [0];
  terms = [];
  counts = [];

  add(text) {
    const { terms, counts } = countTerms(text);
    for (const [at, term] of terms.entries()) {
      let number = numbers.get(term);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(term, number);
        documents.push(0);
      }
      documents[number] += 1;
      this.terms.push(number);
      this.counts.push(counts[at]);
    }
    this.pointers.push(this.terms.length);
  }

  save(name) {
    const write = (end, array) => writeFileSync(`${folder}/${name}.${end}`, new Uint8Array(array.buffer));
    write("pointers", Int32Array.from(this.pointers));
    write("terms", Int32Array.from(this.terms));
    write("counts", Float32Array.from(this.counts));
  }
}

const [first, rest, code] = [new Rows(), new Rows(), new Rows()];
for await (const line of createInterface({ input: createReadStream(pairs) })) {
  const { q, r, c } = JSON.parse(line);
  first.add(q);
  rest.add(r);
  code.add(c);
}
first.save("first");
rest.save("rest");
code.save("code");
writeFileSync(`${folder}/terms.json`, JSON.stringify([...numbers.keys()].map((term, at) => [term, documents[at]])));
