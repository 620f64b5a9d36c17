import type { Program } from '../code/program';
import type { UnitCode } from '../rule';
import { CallIndex, type AnnotatedPlace } from './callIndex';
import type { CallPlace } from './declarations';
import { readSetup, type JavaSetup } from './setup';

/** A Java process with what its rules share. */
export class JavaCode {
  readonly setup: JavaSetup;
  private readonly index: CallIndex;

  constructor(readonly code: UnitCode) {
    this.index = new CallIndex(code.program);
    this.setup = readSetup(code, this.index);
  }

  get program(): Program {
    return this.code.program;
  }

  /** The calls of a method by its name, or of constructors by their class's. */
  calls(name: string): readonly CallPlace[] {
    return this.index.calls(name);
  }

  /** What carries an annotation of this name, in the order of files. */
  annotatedWith(name: string): readonly AnnotatedPlace[] {
    return this.index.annotatedWith(name);
  }
}
