import { pushTo } from '../../../base/tables/pushTo';
import type { Expression } from '../../../syntax/code/expression';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { classesOf } from './classes';
import { lastPart, type PythonCode } from './pythonCode';

/** A function that has something of a name, with what the methods among that are called on. */
interface Caller extends FunctionPlace {
  readonly objects: readonly Expression[];
  /** The name alone, where it is called or passed on so. */
  readonly alone: Expression | undefined;
}

/** Who calls functions, by name: enough to tell whether a request can lead to them. */
export class Callers {
  private byName: Map<string, Caller[]> | undefined;

  constructor(private readonly code: PythonCode) {}

  /** The functions that call, or pass on, something of this function's name. */
  of({ function: fn, source }: FunctionPlace): readonly FunctionPlace[] {
    const name = fn.name === '__init__' ? (source.typeOf(fn)?.name ?? '') : fn.name;
    this.byName ??= this.read();
    const callers = (this.byName.get(name) ?? []).filter(
      (place) => place.function !== fn && !this.meansOther(place, fn),
    );
    const type = fn.name === '__init__' ? undefined : source.typeOf(fn)?.name;
    return type === undefined ? callers : callers.filter((caller) => !this.callsOthers(caller, type));
  }

  /** Whether the name alone is that of another function, which the caller's file has or imports: each service has a `run`. */
  private meansOther({ source, function: caller, alone }: Caller, fn: FunctionPlace['function']): boolean {
    const targets = alone === undefined ? [] : this.code.functionsOf(source, caller, alone);
    return targets.length > 0 && targets.every((target) => target.function !== fn);
  }

  /** Whether all that is called by a method's name is a method of a class that has nothing to do with the method's own. */
  private callsOthers({ source, function: fn, objects }: Caller, type: string): boolean {
    return (
      objects.length > 0 &&
      objects.every((object) => {
        if (object.kind === 'name' && this.isOthersModule(source, object.name)) return true;
        const classes = classesOf(this.code, source, fn, object).map((name) => name.slice(name.lastIndexOf('.') + 1));
        return classes.length > 0 && classes.every((one) => this.isApart(one, type));
      })
    );
  }

  /** `asyncio` of `asyncio.run`: a module of nobody in the project. */
  private isOthersModule(source: SourceCode, name: string): boolean {
    return source.code.imports.some(
      ({ from, names }) => names[name] === '*' && this.code.modules.find(source, from) === undefined,
    );
  }

  /** Whether two classes of the project are different ones, and neither extends anything that may be the other. */
  private isApart(one: string, other: string): boolean {
    const [first] = this.code.program.typesNamed(one);
    const [second] = this.code.program.typesNamed(other);
    if (first === undefined || second === undefined || one === other) return false;
    return [first, second].every(({ type }) => type.bases.every((base) => /^(object|ABC|abc\.ABC)$/.test(base)));
  }

  /** Whether a function leads here that is as asked, at most so many calls away. */
  reaches(place: FunctionPlace, isAsked: (place: FunctionPlace) => boolean, levels = 3): boolean {
    const seen = new Set<unknown>([place.function]);
    let level: readonly FunctionPlace[] = [place];
    for (let steps = 0; steps < levels && level.length > 0; steps++) {
      const next: FunctionPlace[] = [];
      for (const one of level) {
        for (const caller of this.of(one)) {
          if (seen.has(caller.function)) continue;
          seen.add(caller.function);
          if (isAsked(caller)) return true;
          next.push(caller);
        }
      }
      level = next.slice(0, 50);
    }
    return false;
  }

  private read(): Map<string, Caller[]> {
    const found = new Map<string, Caller[]>();
    for (const source of this.code.program.sources) {
      for (const fn of source.code.functions) {
        const named = new Map<string, Expression[]>();
        // What is called or passed on by its name alone may be anything of that name.
        const free = new Map<string, Expression>();
        for (const call of source.callsIn(fn)) {
          for (const value of [call.callee, ...call.args.map((one) => one.value)]) {
            const name = lastPart(value);
            if (name === '') continue;
            if (value.kind === 'member') pushTo(named, name, value.object);
            else free.set(name, value);
          }
        }
        for (const name of new Set([...free.keys(), ...named.keys()])) {
          const alone = free.get(name);
          pushTo(found, name, { source, function: fn, objects: alone === undefined ? named.get(name)! : [], alone });
        }
      }
    }
    return found;
  }
}
