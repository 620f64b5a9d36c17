import type { SourceCode } from '../code/sourceCode';
import type { ProcessUnit } from '../project/processUnit';

/**
 * The application a file belongs to where one manifest serves several: `apps/api`, `services/orders`; undefined for code
 * outside such folders, which all of them may use.
 */
export function appOf(unit: ProcessUnit, source: SourceCode): string | undefined {
  const inside = source.path.slice(unit.root.length).replace(/\\/g, '/');
  const isOwn = source.path.startsWith(unit.root);
  return isOwn
    ? /^\/(?:.*?\/)?((?:apps|services|microservices|applications|functions|lambdas)\/[^/]+)\//.exec(inside)?.[1]
    : undefined;
}

/** Whether code of one application may run in the process of the other. */
export function sameApp(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}
