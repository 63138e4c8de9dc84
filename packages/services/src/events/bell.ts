/** Wakes the one who waits for it; rung beforehand, nobody has to wait. */
export class Bell {
  #hasRung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#hasRung = true;
    this.#wake?.();
  }

  /** Forgets that it was rung. */
  hush(): void {
    this.#hasRung = false;
  }

  /** Until it rings, or for so many milliseconds. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#hasRung) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}
