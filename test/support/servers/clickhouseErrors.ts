/** An error of ClickHouse, with its number. */
export class ClickhouseError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly word: string,
  ) {
    super(message);
  }

  /** What the HTTP interface says: `Code: 60. DB::Exception: …. (UNKNOWN_TABLE) (version 26.7.2.1)`. */
  get text(): string {
    return `Code: ${this.code}. DB::Exception: ${this.message}. (${this.word}) (version 26.7.2.1)`;
  }

  /** Any error: chdb's messages are the engine's own behind `Query failed: `. */
  static of(error: unknown): ClickhouseError {
    if (error instanceof ClickhouseError) return error;
    const message = error instanceof Error ? error.message : String(error);
    const [, code, words, word] = /Code: (\d+)\. DB::Exception: (.*?)\.? \((\w+)\)\s*$/s.exec(message) ?? [];
    if (code === undefined) return new ClickhouseError(1002, message, 'UNKNOWN_EXCEPTION');
    return new ClickhouseError(Number(code), words ?? '', word ?? '');
  }
}

/**
 * The HTTP status ClickHouse gives an error (`exceptionCodeToHTTPStatus`), for the codes a reader of traces can meet:
 * 400 for what is written wrongly, 403 and 401 for who asks, 404 for what does not exist, 408 for what took too long.
 */
const STATUS: Readonly<Record<number, number>> = {
  6: 400,
  26: 400,
  27: 400,
  36: 400,
  38: 400,
  41: 400,
  42: 400,
  43: 400,
  46: 404,
  47: 404,
  50: 404,
  53: 400,
  60: 404,
  62: 400,
  63: 404,
  72: 400,
  73: 404,
  81: 404,
  115: 404,
  117: 400,
  159: 408,
  192: 403,
  193: 403,
  194: 401,
  457: 400,
  516: 403,
};

export function httpStatusOf(code: number): number {
  return STATUS[code] ?? 500;
}
