/** Control characters that texts do not have. */
const BINARY = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001d\u001f\u007f]/; // eslint-disable-line no-control-regex -- that is what tells a text

/** The beginning of a file as a text without white space, byte order marks and record separators before it. */
export function trimmedText(head: Buffer): string {
  return head.toString('utf8').replace(/^[\s\uFEFF\u001e]+/, ''); // eslint-disable-line no-control-regex -- RFC 7464 sets them before values
}

/** Whether the beginning of a file is text: protobuf that holds spans always has control characters. */
export function isTextHead(head: Buffer): boolean {
  return !BINARY.test(head.toString('latin1'));
}
