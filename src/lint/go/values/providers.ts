import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import type { GoUnit } from '../goUnit';
import type { GoType } from './goType';

/** Libraries that call constructors by the types of their parameters. */
const CONTAINERS = /^(go\.uber\.org\/(fx|dig)|github\.com\/google\/wire|github\.com\/goforj\/wire)(\/|$)/;
/** Calls that constructors are named in: `fx.Provide(NewClient)`, `wire.NewSet(NewClient)`, `container.Provide(NewClient)`. */
const NAMES_THEM = /^(Provide|Annotate|NewSet|Build|Invoke)$/;

/** One result of a constructor. */
export interface Provided {
  readonly place: FunctionPlace;
  readonly position: number;
}

/** What a container of fx, dig or wire gives to the constructors that it calls. */
export class Providers {
  private constructors: ReadonlyMap<CodeFunction, FunctionPlace> | undefined;

  constructor(private readonly unit: GoUnit) {}

  /** Whether a container calls this function. */
  isCalled(fn: CodeFunction): boolean {
    return this.named().has(fn);
  }

  /** The constructors whose results are of a type. */
  of(type: GoType): readonly Provided[] {
    const found: Provided[] = [];
    for (const place of this.named().values())
      this.unit.types.results(place).forEach((result, position) => {
        if (result?.qualified === type.qualified) found.push({ place, position });
      });
    return found;
  }

  private named(): ReadonlyMap<CodeFunction, FunctionPlace> {
    if (this.constructors !== undefined) return this.constructors;
    const found = new Map<CodeFunction, FunctionPlace>();
    const { unit } = this;
    const isUsed = unit.code.program.sources.some(({ code }) => code.imports.some(({ from }) => CONTAINERS.test(from)));
    if (isUsed) {
      for (const { source, function: fn, call } of unit.callsLike(NAMES_THEM))
        for (const { value } of call.args) {
          const callee = unit.types.calleeOfName(source, fn, value);
          if (callee?.kind === 'own') for (const place of callee.places) found.set(place.function, place);
        }
    }
    return (this.constructors = found);
  }
}
