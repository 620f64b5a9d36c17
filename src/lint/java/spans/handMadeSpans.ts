import type { JavaCode } from '../javaCode';

const SPANS = /\bspanBuilder\s*\(|@WithSpan\b|\bstartSpan\s*\(/;

const INJECTS = /\binject\w*\s*\(|TextMapSetter/;

/**
 * Whether an SDK that is set up by hand is all that traces a process, in whose code spans are made and nothing injects their
 * context: code that does may serve any client.
 */
export function isOnlyByHand({ setup, program }: JavaCode): boolean {
  if (setup.idle.length > 0) return false;
  const texts = program.sources.map((source) => source.code.text);
  return (
    texts.some((text) => SPANS.test(text)) && !texts.some((text) => /opentelemetry/.test(text) && INJECTS.test(text))
  );
}
