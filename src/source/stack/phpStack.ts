import type { StackFrame } from './stackFrame';

/** OpenTelemetry's SDK: `at App.Orders.OrderService.place(OrderService.php:42)`, `at {main}(index.php:3)`; some keep `\\` and `::`. */
const SDK_FRAME = /^\s*at ([\w.\\:{}]+)\(([^():\s]+\.php)(?::(\d+))?\)\s*$/;

/** PHP's own: the place of the exception, and of each call that was under way. */
const THROWN = /(?:^|\s)in ((?:[A-Za-z]:)?[^:\s][^:\n]*\.php):(\d+)\s*$/;
const CALL = /^#\d+ (.+?\.php)\((\d+)\): (.+)$/;

/**
 * `StackTraceFormatter::format` of OpenTelemetry's SDK (files without their folders, the last cause first), or what
 * `(string) $exception` gives, where a frame's place is in the function that the next frame names.
 */
export function parsePhpStack(text: string): StackFrame[] {
  const rows = text.split('\n');
  const sdk = sdkFrames(rows);
  if (sdk.length > 0) return sdk;
  const calls = rows.map((row) => CALL.exec(row)).filter((match) => match !== null);
  const thrown = rows.map((row) => THROWN.exec(row)).find((match) => match !== null);
  if (calls.length === 0 || !thrown) return [];
  return [thrown, ...calls].map(([, file, line], i) => ({
    function: nameOf(calls[i]?.[3]),
    file,
    line: Number(line),
  }));
}

function sdkFrames(rows: readonly string[]): StackFrame[] {
  const parts: StackFrame[][] = [[]];
  for (const row of rows) {
    if (/^\s*Caused by: /.test(row)) parts.push([]);
    const match = SDK_FRAME.exec(row);
    if (match === null) continue;
    const line = match[3] === undefined ? undefined : Number(match[3]);
    parts.at(-1)!.push({ function: sdkName(match[1]!, match[2]!), file: match[2], line });
  }
  return parts.reverse().flat();
}

/**
 * `App.Orders.OrderService.place` as PHP writes it: a method where the file bears its class's name, as autoloading wants.
 * Undefined for code outside functions and for closures.
 */
function sdkName(written: string, file: string): string | undefined {
  if (written.includes('{')) return undefined;
  if (/[\\:]/.test(written)) return written;
  const parts = written.split('.');
  const name = parts.pop()!;
  const isMethod = `${parts.at(-1)}.php` === file;
  return parts.length === 0 ? name : `${parts.join('\\')}${isMethod ? '::' : '\\'}${name}`;
}

function nameOf(call: string | undefined): string | undefined {
  const name = call?.replace(/\(.*$/s, '').replace('->', '::');
  return name === undefined || name.includes('{') ? undefined : name;
}
