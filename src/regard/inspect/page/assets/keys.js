// Where keys lead in a table or a line.

/** Where a key leads from (row, column); undefined for any other key. `page` is how far a page is. */
export function step(event, [row, column], rows, columns, page = 10) {
  if (event.altKey) return undefined;
  const far = event.ctrlKey || event.metaKey;
  const to = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    PageUp: [row - page, column],
    PageDown: [row + page, column],
    Home: [far ? 0 : row, 0],
    End: [far ? rows - 1 : row, columns - 1],
  }[event.key];
  return to && [Math.min(Math.max(to[0], 0), rows - 1), Math.min(Math.max(to[1], 0), columns - 1)];
}

/** Where a key leads in a line of `count`, from `at`. */
export function stride(event, at, count) {
  const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: count - 1 }[event.key];
  return to === undefined || event.altKey || event.ctrlKey || event.metaKey ? undefined : Math.min(Math.max(to, 0), count - 1);
}
