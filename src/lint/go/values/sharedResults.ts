import { pushTo } from '../../../base/tables/pushTo';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import type { Callee } from './callee';
import type { GoType } from './goType';
import type { GoPackage, GoPackages } from './packages';

/** What was found out of a package's code. */
export class Results {
  readonly callees = new WeakMap<Call, Callee>();
  private readonly variables = new WeakMap<CodeFunction, Map<string, GoType | undefined>>();

  variablesOf(fn: CodeFunction): Map<string, GoType | undefined> {
    let found = this.variables.get(fn);
    if (found === undefined) this.variables.set(fn, (found = new Map<string, GoType | undefined>()));
    return found;
  }
}

/** A package's results with the packages that its imports meant when they were found. */
interface PackageRecord {
  readonly imports: readonly (GoPackage | undefined)[];
  readonly results: Results;
}

/** The latest results of each package; another process of the module goes on with them. */
const records = new WeakMap<GoPackage, PackageRecord>();

/**
 * Which results of the processes before hold for this one, too. What a call or a name means in a package follows from
 * the package and from what it imports, directly and through others: where all these are the same, so is the meaning.
 * (The implementations of an interface are those of the whole process: what they are needed for is not kept here.)
 */
export class SharedResults {
  private readonly results: ReadonlyMap<GoPackage, Results>;

  constructor(private readonly packages: GoPackages) {
    const all = [...packages.all];
    const imported = new Map(all.map((pack) => [pack, pack.imports.map((from) => packages.byImport(from))]));
    const importers = new Map<GoPackage, GoPackage[]>();
    for (const [pack, packs] of imported) for (const one of packs) if (one !== undefined) pushTo(importers, one, pack);
    const others = all.filter((pack) => !isSame(records.get(pack)?.imports, imported.get(pack)!));
    const changed = new Set(others);
    for (const pack of changed) for (const importer of importers.get(pack) ?? []) changed.add(importer);
    for (const pack of changed) records.set(pack, { imports: imported.get(pack)!, results: new Results() });
    this.results = new Map(all.map((pack) => [pack, records.get(pack)!.results]));
  }

  /** The results that a file's package has in common with that of other processes. */
  of(source: SourceCode): Results {
    return this.results.get(this.packages.of(source))!;
  }
}

function isSame(some: readonly unknown[] | undefined, others: readonly unknown[]): boolean {
  return some !== undefined && some.length === others.length && some.every((one, i) => one === others[i]);
}
