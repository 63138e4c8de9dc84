/**
 * Runs `load` over the items, at most `width` at a time and from now on, and yields the results in the order of the
 * items, so that the next ones are under way while one is being stored. When the consumer stops, what is under way is
 * left to settle.
 */
export function readAhead<Item, Result>(
  items: Iterable<Item>,
  width: number,
  load: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  const iterator = items[Symbol.iterator]();
  const fill = () => {
    while (underWay.length < width) {
      const next = iterator.next();
      if (next.done) return;
      const loading = load(next.value);
      // Its failure is met where it is awaited; until then it must not count as unhandled.
      loading.catch(() => {});
      underWay.push(loading);
    }
  };
  fill();
  return results();

  async function* results() {
    for (let first = underWay.shift(); first; first = underWay.shift()) {
      const result = await first;
      fill();
      yield result;
    }
  }
}
