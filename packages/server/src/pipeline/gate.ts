/** Lets through while it is open; who comes before waits. */
export class Gate {
  private opened: Promise<void> = Promise.resolve();
  private open: () => void = () => undefined;

  /** Does nothing to who is through already. */
  close(): void {
    this.release();
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  release(): void {
    this.open();
  }

  async pass(): Promise<void> {
    await this.opened;
  }
}
