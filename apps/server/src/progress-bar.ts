const WIDTH = 24;
/** Where nobody looks at a terminal, a line each time that much more is done. */
const STEP = 0.25;

/** How far long work is: a bar on a terminal, else a few plain lines. */
export class ProgressBar {
  #told = 0;
  #isDrawn = false;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly label: string,
  ) {}

  show(done: number, total: number): void {
    const share = total === 0 ? 1 : Math.min(done / total, 1);
    if (this.stream.isTTY) {
      const full = Math.round(share * WIDTH);
      const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
      this.stream.write(`\r\u001b[K${this.label}  ${bar} ${Math.round(share * 100)} %  ${done} of ${total}`);
      this.#isDrawn = true;
    } else if (share - this.#told >= STEP) {
      this.#told = share;
      this.stream.write(`${this.label}: ${done} of ${total}\n`);
    }
  }

  /** Takes the bar away, so that the answer stands alone. */
  end(): void {
    if (this.#isDrawn) this.stream.write("\r\u001b[K");
    this.#isDrawn = false;
  }
}
