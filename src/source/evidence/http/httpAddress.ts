import type { ResolvedText } from '../../index/textResolver';

/** Stands for a piece that is only known at run time. */
export const HOLE = '\0';

/** Where an HTTP request goes, as far as it is known. */
export interface HttpAddress {
  /** Lower case. */
  readonly host: string | undefined;
  readonly port: string | undefined;
  /** Of the path, without query; a {@link HOLE} for what is not known. Undefined where the whole path is not. */
  readonly segments: readonly string[] | undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * Reads an address as code writes it: `http://payments:8080/pay/${id}`, `${base}/pay`, `/pay`; also what a span says of
 * a path (`/pay/{id}`). Undefined where nothing of it is known.
 */
export function addressOfText(text: ResolvedText): HttpAddress | undefined {
  // `${payments.url}` in a literal is a placeholder of a framework's configuration.
  const whole = (text.kind === 'literal' ? text.text : text.parts.join(HOLE)).replace(/\$\{[^}]*\}/g, HOLE);
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/s.exec(whole);
  // Without a scheme the part in front of the first slash belongs to an unknown base, unless the path begins with it.
  const path = absolute ? absolute[3]! : whole.replace(/^[^/]*\0[^/]*(?=\/)/, '');
  const segments = path
    .replace(/[?#].*$/s, '')
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => segment.replace(/\{[^}]*\}|^:\w+$|<[^>]*>/g, HOLE));
  if (!absolute) return segments.every(isHole) ? undefined : { host: undefined, port: undefined, segments };
  const authority = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(absolute[2]!);
  const isKnown = authority !== null && authority[1] !== '' && !absolute[2]!.includes(HOLE);
  if (!isKnown) return { host: undefined, port: undefined, segments };
  return { host: authority[1]!.toLowerCase(), port: authority[2] ?? DEFAULT_PORTS[absolute[1]!], segments };
}

/** Whether a segment is not known at all. */
export function isHole(segment: string): boolean {
  return segment === HOLE;
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0)$/.test(host);
}

/** Whether a segment that was sent may be one that is written; holes on either side stand for anything. */
export function segmentFits(written: string, sent: string): boolean {
  if (isHole(written) || isHole(sent) || written === sent) return true;
  const pieces = written.split(HOLE);
  if (pieces.length === 1) return false;
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  return sent.length >= first.length + last.length && sent.startsWith(first) && sent.endsWith(last);
}
