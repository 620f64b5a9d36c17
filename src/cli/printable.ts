/**
 * Names come from outside: no escape sequence of theirs may reach the terminal, and none may break a line.
 *
 * @param limit characters that are shown at most; an ellipsis stands for the rest.
 */
export function printable(text: string, limit = Infinity): string {
  const cut = text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1))}…`;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '�');
}
