import type { Context } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';

/** Sets `code.file.path`, `code.line.number` and `code.function.name` to the place that started a span. */
export class CodeLocations implements tracing.SpanProcessor {
  onStart(span: tracing.Span, _parent: Context): void {
    // What a library starts is better told by its route, topic or method than by the place that called the library.
    if (span.instrumentationScope.name.startsWith('@')) return;
    const frame = callerOutsidePackages(new Error().stack ?? '');
    if (!frame) return;
    span.setAttribute('code.file.path', frame.file);
    span.setAttribute('code.line.number', frame.line);
    if (frame.name) span.setAttribute('code.function.name', frame.name);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** The innermost frame of the service's own code; spans that a library starts on its own have none. */
function callerOutsidePackages(stack: string): { name: string | undefined; file: string; line: number } | undefined {
  for (const text of stack.split('\n').slice(1)) {
    const match = /^\s+at (?:async )?(?:(.+) \()?(?:file:\/\/)?(\/.+|[A-Za-z]:.+):(\d+):\d+\)?$/.exec(text);
    if (!match || match[2].includes('node_modules') || match[2].includes('/shared/')) continue;
    return { name: match[1]?.replace(/^Object\./, ''), file: match[2], line: Number(match[3]) };
  }
  return undefined;
}
