const PART_OF_NAME = /[\w$]/;

/** Whether a name stands in a text by itself: `init` does not in `initialize`, nor in JavaScript's `$init`. */
export function hasName(text: string, name: string): boolean {
  const isPart = (at: number): boolean => PART_OF_NAME.test(text.charAt(at));
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!isPart(at - 1) && !isPart(at + name.length)) return true;
  return false;
}
