/** A requirement as PEP 508 has it. */
export interface Requirement {
  /** Normalised as PEP 503 says: lower case, with `-`. */
  readonly name: string;
  readonly extras: readonly string[];
  /** `>=1.2,<2`; '' where any is good. */
  readonly range: string;
  /** `name @ file:///…` or `git+https://…`. */
  readonly address?: string;
}

/** `opentelemetry-sdk[x] (>=1.2) ; python_version > "3.8"`; undefined for what is none. */
export function parseRequirement(text: string): Requirement | undefined {
  const bare = text
    .replace(/(^|\s)#.*$/, '')
    .replace(/\s--hash[=\s].*$/, '')
    .replace(/\\\s*$/, '')
    .trim();
  const match = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/s.exec(bare);
  if (match === null) return undefined;
  const [, name, extras = '', rest = ''] = match;
  if (rest !== '' && !/^[(@;=<>~!]/.test(rest)) return undefined;
  const address = /^@\s*([^;\s]+)/.exec(rest)?.[1];
  const range = address === undefined ? rest.replace(/;.*$/s, '').replace(/[()]/g, '').trim() : '';
  const list = extras.split(',').flatMap((extra) => extra.trim() || []);
  return { name: normalised(name!), extras: list, range, ...(address === undefined ? {} : { address }) };
}

/** A package's name as PEP 503 compares it. */
export function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The version that `==1.2.3` pins; undefined for all that leaves a choice. */
export function pinnedVersion(range: string): string | undefined {
  return /^={2,3}\s*v?(\d[\w.+!-]*)$/.exec(range.trim())?.[1];
}
