/**
 * Runs `load` over the items, at most `width` at a time and from now on, and yields the results in the order of the
 * items, so that the next ones are under way while one is being stored. When the consumer stops, what is under way is
 * left to settle.
 */
export function readAhead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  load: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<{ result: Result } | null>[] = [];
  const iterator = each(items);
  let isOver = false;
  const loadNext = async () => {
    const next = await iterator.next();
    if (!next.done) return { result: await load(next.value) };
    isOver = true;
    return null;
  };
  const fill = () => {
    while (!isOver && underWay.length < width) {
      const loading = loadNext();
      // Its failure is met where it is awaited; until then it must not count as unhandled.
      loading.catch(() => {});
      underWay.push(loading);
    }
  };
  fill();
  return results();

  async function* results() {
    try {
      for (let first = underWay.shift(); first; first = underWay.shift()) {
        const loaded = await first;
        if (loaded === null) return;
        fill();
        yield loaded.result;
      }
    } finally {
      // A call that is under way ends first.
      void iterator.return(undefined).catch(() => {});
    }
  }
}

async function* each<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
