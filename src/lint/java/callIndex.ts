import { pushTo } from '../../base/tables/pushTo';
import type { CodeFunction, CodeType } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { annotationName, nameOfCall, type CallPlace } from './declarations';

/** The calls and annotations of a program by their names. */
export class CallIndex {
  private byName: Map<string, CallPlace[]> | undefined;
  private annotated: Map<string, AnnotatedPlace[]> | undefined;

  constructor(private readonly program: Program) {}

  /** The calls of a method by its name, or of constructors by their class's. */
  calls(name: string): readonly CallPlace[] {
    this.byName ??= indexCalls(this.program);
    return this.byName.get(name) ?? [];
  }

  /** What carries an annotation of this name, in the order of files. */
  annotatedWith(name: string): readonly AnnotatedPlace[] {
    this.annotated ??= indexAnnotations(this.program);
    return this.annotated.get(name) ?? [];
  }
}

/** A declaration with one of its annotations. */
export interface AnnotatedPlace {
  readonly source: SourceCode;
  readonly annotation: Expression;
  readonly function?: CodeFunction;
  readonly type?: CodeType;
}

function indexCalls(program: Program): Map<string, CallPlace[]> {
  const found = new Map<string, CallPlace[]>();
  for (const source of program.sources) {
    for (const fn of source.code.functions) {
      for (const call of source.callsIn(fn)) {
        const name = nameOfCall(call);
        if (name !== undefined) pushTo(found, name, { source, function: fn, call });
      }
    }
  }
  return found;
}

function indexAnnotations(program: Program): Map<string, AnnotatedPlace[]> {
  const found = new Map<string, AnnotatedPlace[]>();
  for (const source of program.sources) {
    for (const type of source.code.types)
      for (const annotation of type.annotations)
        pushTo(found, annotationName(annotation), { source, annotation, type });
    for (const fn of source.code.functions)
      for (const annotation of fn.annotations)
        pushTo(found, annotationName(annotation), { source, annotation, function: fn });
  }
  return found;
}
