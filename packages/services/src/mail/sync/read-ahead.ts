/**
 * Runs `load` over the items, at most `width` at a time and from now on, and yields the results in the order of the
 * items, so that the next ones are under way while one is being stored. No more than `ahead` are under way or wait for
 * the consumer. When that stops, what is under way is left to settle.
 */
export function readAhead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  load: (item: Item) => Promise<Result>,
  ahead = width,
): AsyncGenerator<Result> {
  const iterator = each(items);
  const held: Promise<{ result: Result } | null>[] = [];
  let underWay = 0;
  let isOver = false;
  fill();
  return results();

  function fill(): void {
    while (!isOver && underWay < width && held.length < ahead) {
      underWay += 1;
      const next = loadNext().finally(() => {
        underWay -= 1;
        fill();
      });
      // Its failure is met where it is awaited; until then it must not count as unhandled.
      next.catch(() => {});
      held.push(next);
    }
  }

  async function loadNext(): Promise<{ result: Result } | null> {
    try {
      const next = await iterator.next();
      if (!next.done) return { result: await load(next.value) };
      isOver = true;
      return null;
    } catch (error) {
      isOver = true;
      throw error;
    }
  }

  async function* results() {
    try {
      for (let first = held.shift(); first; first = held.shift()) {
        const loaded = await first;
        if (loaded === null) return;
        fill();
        yield loaded.result;
      }
    } finally {
      isOver = true;
    }
  }
}

async function* each<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
