import path from 'node:path';
import type { SourceCode } from '../../code/sourceCode';
import type { ProcessUnit } from '../../project/processUnit';
import { isUnder } from '../../project/projectFiles';

/** Folders whose folders are applications. */
const APPS = /^\/(?:.*?\/)?((?:apps|services|microservices|applications|functions|lambdas)\/[^/]+)\//;

/** What starts an application, in its folder or in `src` there. */
const ENTRY = /^((?:packages|projects|servers|backends|libs)\/[^/]+)\/(?:src\/)?main\.[cm]?[jt]s$/;

const byEntries = new WeakMap<ProcessUnit, ReadonlySet<string>>();

/**
 * The application a file belongs to where one manifest serves several: `apps/api`, `services/orders`, `packages/api` where
 * several such have a `main.ts`; undefined for code outside such folders, which all of them may use.
 */
export function appOf(unit: ProcessUnit, source: SourceCode): string | undefined {
  if (!isUnder(unit.root, source.path)) return undefined;
  const inside = source.path.slice(unit.root.length).replace(/\\/g, '/');
  const named = APPS.exec(inside)?.[1];
  if (named !== undefined) return named;
  const [, folder, name] = /^\/([^/]+)\/([^/]+)\//.exec(inside) ?? [];
  const own = `${folder}/${name}`;
  return folder !== undefined && entriesOf(unit).has(own) ? own : undefined;
}

/** The folders that have an entry of their own; none unless there are several: a package alone is the whole program. */
function entriesOf(unit: ProcessUnit): ReadonlySet<string> {
  let known = byEntries.get(unit);
  if (known === undefined) {
    const top = unit.root + path.sep;
    const found = unit.files.flatMap(({ path: file }) => {
      if (!/main\.\w+$/.test(file) || !file.startsWith(top)) return [];
      return ENTRY.exec(file.slice(top.length).split(path.sep).join('/'))?.[1] ?? [];
    });
    known = new Set(found.length > 1 ? found : []);
    byEntries.set(unit, known);
  }
  return known;
}

/** Whether code of one application may run in the process of the other. */
export function sameApp(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}
