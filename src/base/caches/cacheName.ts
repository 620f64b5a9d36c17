import { createHash } from 'node:crypto';

/** What a file is called in which something about a thing is kept: 20 hexadecimal digits that tell it from all others. */
export function cacheName(of: readonly unknown[]): string {
  return createHash('sha1').update(JSON.stringify(of)).digest('hex').slice(0, 20);
}
