/** What became of a page since the one before: the pieces that differ, by their places. */
export interface PageChange {
  /** Pieces of the page now. */
  readonly length: number;
  readonly places: readonly number[];
  readonly pieces: readonly string[];
}

/** The sending side. Nearly all of a page of metrics is as it was a scrape before, and is not sent again. */
export class SentPage {
  #sent: readonly string[] = [];

  changeTo(page: readonly string[]): PageChange {
    const sent = this.#sent;
    const places: number[] = [];
    for (let place = 0; place < page.length; place++) if (page[place] !== sent[place]) places.push(place);
    this.#sent = page;
    return { length: page.length, places, pieces: places.map((place) => page[place]!) };
  }
}

/** The receiving side; it must be told every change, in the order they were made. */
export class ReceivedPage {
  readonly #pieces: string[] = [];

  after({ length, places, pieces }: PageChange): string {
    this.#pieces.length = length;
    for (const [nth, place] of places.entries()) this.#pieces[place] = pieces[nth]!;
    return this.#pieces.join("");
  }
}
