/** So much of what stands before an offset is looked through. */
const BLOCK_LOOK_BACK = 800;

const QUOTED_OR_COMMENT = /['"`/]/;

/** What a block that is no function's begins with. */
const BLOCK = /\b(?:try|else|finally|do)\s*$/;
const WITH_CONDITION = /\b(?:if|for|while|switch)\s*(?:await\s*)?$/;

/** How many blocks around an offset of a text in JavaScript are no functions, as far as it can be told looking back a little. */
export function blocksAround(text: string, offset: number): number {
  const begin = Math.max(0, offset - BLOCK_LOOK_BACK);
  const before = text.slice(begin, offset);
  let blocks = 0;
  for (let at = openBefore(before, before.length); at !== undefined; at = openBefore(before, at)) {
    if (before[at] !== '{') return blocks;
    const head = before.slice(0, at).trimEnd();
    const condition = head.endsWith(')') ? openBefore(before, head.length - 1) : undefined;
    const isBlock = condition === undefined ? BLOCK.test(head) : WITH_CONDITION.test(before.slice(0, condition));
    if (!isBlock) return blocks;
    blocks++;
  }
  return blocks;
}

/** The bracket before an offset that is still open there; undefined where quotes or comments may hold brackets, too. */
function openBefore(text: string, offset: number): number | undefined {
  let depth = 0;
  for (let at = offset - 1; at >= 0; at--) {
    const char = text[at]!;
    if (QUOTED_OR_COMMENT.test(char)) return undefined;
    if (char === ')' || char === ']' || char === '}') depth++;
    else if (char === '(' || char === '[' || char === '{') {
      if (depth === 0) return at;
      depth--;
    }
  }
  return undefined;
}
