import type { Socket } from 'node:net';

/** What a client of HTTP/2 sends first (RFC 9113, section 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** A request line of HTTP/1 does not get longer here. */
const MAX_LINE = 8 * 1024;
const REQUEST_LINE = /^[A-Z]+ \S+ HTTP\/1\.[01]\r?\n/;

/** How a connection begins. */
export type Opening = 'http2' | 'http1' | 'unknown';

/**
 * Waits for the first bytes of a connection. Those of HTTP/2 are put back, so that a session can be made of the socket;
 * others are handed over.
 *
 * @returns a function that ends the waiting.
 */
export function whenOpened(socket: Socket, done: (opening: Opening, head: Buffer) => void): () => void {
  let head: Buffer = Buffer.alloc(0);
  const read = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const opening = openingOf(head);
    if (opening === undefined) return;
    socket.off('readable', read);
    if (opening === 'http2') socket.unshift(head);
    done(opening, head);
  };
  socket.on('readable', read);
  return () => socket.off('readable', read);
}

/** Undefined while it cannot be told. */
function openingOf(head: Buffer): Opening | undefined {
  const known = Math.min(head.length, PREFACE.length);
  if (head.subarray(0, known).equals(PREFACE.subarray(0, known))) {
    return head.length < PREFACE.length ? undefined : 'http2';
  }
  const line = head.subarray(0, MAX_LINE).toString('latin1');
  if (REQUEST_LINE.test(line)) return 'http1';
  const mayBecome = head.length < MAX_LINE && /^[A-Z]+( [!-~]*)?( [!-~]*\r?)?$/.test(line);
  return mayBecome ? undefined : 'unknown';
}
