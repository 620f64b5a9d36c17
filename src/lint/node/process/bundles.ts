import path from 'node:path';
import type { CodeImport } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import { bundledByScript, isOutside } from '../../project/node/bundling';
import type { Bundle } from '../../project/processUnit';
import { isUnder } from '../../project/projectFiles';
import { evidenceAt } from '../evidenceAt';
import type { NodeCode } from '../nodeCode';
import { PATCHED_BY_REQUIRE } from './esModules';

/**
 * Packages whose instrumentation carries the context, and the library each is in the coverage tables. In a bundle they are
 * no modules of their own, so that nothing patches them; built-in modules are always required. See "Limitations" of
 * `@opentelemetry/instrumentation`.
 */
const PATCHED: ReadonlyMap<string, string> = new Map([
  ...PATCHED_BY_REQUIRE,
  ['@aws-sdk/client-sqs', 'aws-sdk'],
  ['@aws-sdk/client-sns', 'aws-sdk'],
]);

/** A package that is put into a bundle although an instrumentation is to patch it. */
export interface Swallowed {
  readonly module: string;
  readonly library: string;
  /** What makes the bundle. */
  readonly at: Evidence;
  readonly source: SourceCode;
  readonly load: CodeImport;
}

/** The first package that a bundle of the process contains although an instrumentation has to patch it. */
export function swallowedPackage(node: NodeCode): Swallowed | undefined {
  const bundles = bundlesOf(node);
  if (bundles.length === 0) return undefined;
  for (const source of node.program.sources) {
    if (!node.runsInNode(source)) continue;
    for (const load of source.code.imports) {
      const library = PATCHED.get(load.from);
      if (library === undefined || load.typeOnly === true) continue;
      // What is left outside of one bundle may be outside of the one that is started.
      if (bundles.every(({ outside }) => !isOutside(outside, load.from)))
        return { module: load.from, library, at: bundles[0]!.at, source, load };
    }
  }
  return undefined;
}

function bundlesOf({ code: { unit }, program }: NodeCode): readonly Bundle[] {
  const scripts = program.sources.flatMap((source): Bundle[] => {
    if (!isUnder(unit.root, source.path) || !source.has(/\bbundle:\s*true\b|\btarget:\s*["']node/)) return [];
    const made = bundledByScript(path.basename(source.path), source.code.text);
    if (made === undefined) return [];
    return [{ at: evidenceAt(source, { start: made.start, end: made.start }, 'a bundle'), outside: made.outside }];
  });
  return [...(unit.bundles ?? []), ...scripts];
}
