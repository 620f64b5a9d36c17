import { ClickhouseError } from './clickhouseErrors';

/** The names of the substitutions `{name:Type}` in a query, outside of its texts and comments. */
export function substitutions(sql: string): Set<string> {
  const bare = sql.replace(/'(?:[^'\\]|\\.)*'|--[^\n]*|\/\*.*?\*\//gs, ' ');
  return new Set([...bare.matchAll(/\{\s*(\w+)\s*:[^{}]+\}/g)].map((match) => match[1] ?? ''));
}

/** A text as SQL has it. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** @throws ClickhouseError 164 for a query that would change something, and for settings that may not be changed. */
export function assertReadOnly(sql: string, settings: readonly (readonly [string, string])[]): void {
  const [setting] = settings;
  if (setting) throw new ClickhouseError(164, `Cannot modify '${setting[0]}' setting in readonly mode`, 'READONLY');
  const first = /^(?:\s|--[^\n]*\n|\/\*.*?\*\/|\()*(\w+)/s.exec(sql)?.[1]?.toUpperCase() ?? '';
  if (['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN'].includes(first)) return;
  throw new ClickhouseError(164, 'default: Cannot execute query in readonly mode', 'READONLY');
}

interface Session {
  query(sql: string, format: string): string;
}

/** Does `work` under settings, and puts the defaults back. */
export function withSettings<T>(session: Session, settings: readonly (readonly [string, string])[], work: () => T): T {
  const changed: string[] = [];
  try {
    for (const [name, value] of settings) {
      if (!/^\w+$/.test(name)) throw new ClickhouseError(115, `Unknown setting '${name}'`, 'UNKNOWN_SETTING');
      // Of the server, not of the engine.
      if (['enable_http_compression', 'wait_end_of_query', 'buffer_size'].includes(name)) continue;
      session.query(`SET ${name} = ${quote(value)}`, 'Null');
      changed.push(name);
    }
    return work();
  } finally {
    for (const name of changed) session.query(`SET ${name} = DEFAULT`, 'Null');
  }
}
