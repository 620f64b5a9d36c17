import { CallSite, lastPart } from './callSite';
import type { Captures } from './captures';
import type { Outline, ScopeDraft } from './outline';
import type { SourceText } from './sourceText';

/** An annotation or attribute on a method or a type. */
export interface Annotation {
  readonly site: CallSite;
  /** Without its package. */
  readonly name: string;
  readonly target: ScopeDraft;
  /** Index of the function it stands on, or -1 for a type. */
  readonly function: number;
}

/**
 * The captures of the topic `annotation` with what they stand on. Those of fields and parameters are left out: they
 * come behind the name of what is around them.
 */
export function readAnnotations(captures: Captures, source: SourceText, outline: Outline): Annotation[] {
  return captures.of('annotation').flatMap((capture) => {
    const site = CallSite.of(capture, source);
    const target = outline.innermostAt(capture.node.startIndex);
    if (site === undefined || target === undefined || capture.node.startIndex >= target.nameSpan.startIndex) return [];
    const index = target.kind === 'function' ? outline.functionAt(capture.node.startIndex) : -1;
    return [{ site, name: lastPart(site.name), target, function: index }];
  });
}

/** The annotations of a type. */
export function annotationsOf(type: ScopeDraft | undefined, annotations: readonly Annotation[]): Annotation[] {
  return annotations.filter((annotation) => annotation.function < 0 && annotation.target === type);
}
