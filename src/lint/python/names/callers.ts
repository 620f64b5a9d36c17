import { pushTo } from '../../../base/tables/pushTo';
import type { FunctionPlace } from '../../code/program';
import { lastPart, type PythonCode } from './pythonCode';

/** Who calls functions, by name: enough to tell whether a request can lead to them. */
export class Callers {
  private byName: Map<string, FunctionPlace[]> | undefined;

  constructor(private readonly code: PythonCode) {}

  /** The functions that call, or pass on, something of this function's name. */
  of({ function: fn, source }: FunctionPlace): readonly FunctionPlace[] {
    const name = fn.name === '__init__' ? (source.typeOf(fn)?.name ?? '') : fn.name;
    this.byName ??= this.read();
    return (this.byName.get(name) ?? []).filter((place) => place.function !== fn);
  }

  /** Whether a function leads here that is as asked, at most three calls away. */
  reaches(place: FunctionPlace, isAsked: (place: FunctionPlace) => boolean): boolean {
    const seen = new Set<unknown>([place.function]);
    let level: readonly FunctionPlace[] = [place];
    for (let steps = 0; steps < 3 && level.length > 0; steps++) {
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

  private read(): Map<string, FunctionPlace[]> {
    const found = new Map<string, FunctionPlace[]>();
    for (const source of this.code.program.sources) {
      for (const fn of source.code.functions) {
        const names = new Set<string>();
        for (const call of source.callsIn(fn)) {
          names.add(lastPart(call.callee));
          for (const { value } of call.args) names.add(lastPart(value));
        }
        names.delete('');
        for (const name of names) {
          pushTo(found, name, { source, function: fn });
        }
      }
    }
    return found;
  }
}
