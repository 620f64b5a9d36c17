/** A row of a `.env` file. */
export interface DotEnvRow {
  readonly name: string;
  /** Without quotes and comment. */
  readonly value: string;
  /** Offset of the name. */
  readonly start: number;
}

/** The `KEY=value` rows of a `.env` file, in order. */
export function dotEnvRows(text: string): DotEnvRow[] {
  return [
    ...text.matchAll(/^[^\S\r\n]*(?:export[^\S\r\n]+)?([A-Za-z_]\w*)[^\S\r\n]*=[^\S\r\n]*(.*?)[^\S\r\n]*$/gm),
  ].map((match) => ({
    name: match[1]!,
    value: bare(match[2]!),
    start: match.index + match[0].indexOf(match[1]!),
  }));
}

function bare(value: string): string {
  const quoted = /^(["'])(.*?)\1\s*(#.*)?$/.exec(value);
  return quoted ? quoted[2]! : value.replace(/\s+#.*$/, '');
}
