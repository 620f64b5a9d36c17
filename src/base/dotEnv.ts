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
    value: match[2]!.replace(/^(["'])(.*)\1$/, '$2').replace(/\s+#.*$/, ''),
    start: match.index + match[0].indexOf(match[1]!),
  }));
}
