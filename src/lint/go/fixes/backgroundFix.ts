import type { Fix } from '../../../model/finding';
import type { GoAnalysis } from '../goAnalysis';
import type { CallPlace } from '../goUnit';
import { replace } from './edits';

/** Keeps what is in the context without its end: `context.WithoutCancel(ctx)`, there since Go 1.21. */
export function backgroundFix(_: GoAnalysis, { source, call }: CallPlace, context: string): Fix[] {
  if (call.callee.kind !== 'member' || call.callee.object.kind !== 'name') return [];
  const { name } = call.callee.object;
  return [
    {
      title: `Keep the trace of ${context} with context.WithoutCancel`,
      edits: [replace(source, call, `${name}.WithoutCancel(${context})`)],
    },
  ];
}
