/** Names come from outside: no escape sequence of theirs may reach the terminal, and none may break a line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}
