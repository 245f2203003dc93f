/**
 * Asks the thinker at once and commits what it answers in the order in which it was asked: the next
 * batch is thought about while the one before is being written, and nothing overtakes.
 */
export class CommitLine {
  private turn: Promise<unknown> = Promise.resolve();

  /** Rejects as either of the two does; what stands behind in the line goes on. */
  take<A, R>(ask: () => Promise<A>, commit: (answer: A) => Promise<R>): Promise<R> {
    const answer = ask();
    // Looked at in its turn, and not before.
    answer.catch(() => undefined);
    const result = this.turn.then(async () => commit(await answer));
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Everything that was asked is committed, or never will be. */
  async settled(): Promise<void> {
    await this.turn;
  }
}
