// How far a session of the tests' server has come in the numbers of its page.

export class Progress {
  /** Every number up to it needs no resending by the page that has the session. */
  ack = 0;
  /** The highest number that was taken. */
  taken = 0;
  /** Numbers above a gap that are done. */
  #ahead = new Set();
  /** Runs of numbers up to ack that were passed over: another page may have used them. */
  #skipped = [];

  /** Notes an event. On a websocket, which keeps the order, the numbers below are passed over. */
  take(seq, ordered) {
    this.taken = Math.max(this.taken, seq);
    if (ordered) this.cover(seq - 1);
    if (seq > this.ack) this.#ahead.add(seq);
    this.#absorb();
  }

  /** Passes over the gap between two events of one POST; what is missing before them can be on its way. */
  bridge(from, to) {
    if (this.ack >= from) this.cover(to - 1);
  }

  /** Passes over every number up to seq. */
  cover(seq) {
    while (this.ack < seq) {
      const next = Math.min(seq + 1, ...this.#ahead);
      if (next > this.ack + 1) this.#skipped.push([this.ack + 1, next - 1]);
      this.ack = next - 1;
      this.#absorb();
    }
  }

  /** Gives the numbering to another page, which is done with what is up to acked: the ack goes back to what holds for both. */
  pass(acked) {
    const gap = this.#skipped.find(([, to]) => to > acked);
    if (gap) this.ack = Math.min(this.ack, Math.max(acked, gap[0] - 1));
    this.#ahead.clear();
    this.#skipped = this.#skipped.filter(([from]) => from <= this.ack);
  }

  #absorb() {
    while (this.#ahead.delete(this.ack + 1)) this.ack++;
  }
}
