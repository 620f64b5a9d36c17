import type { UnitCode } from '../rule';
import { Contexts } from './contexts';
import { DotnetCode } from './dotnetCode';
import { Relevance } from './relevance';
import { readSetup, type DotnetSetup } from './setup';
import { Work } from './work';

/** A C# process with what its rules share. */
export interface DotnetProcess {
  readonly code: DotnetCode;
  readonly setup: DotnetSetup;
  readonly contexts: Contexts;
  readonly relevance: Relevance;
  readonly work: Work;
}

/** Reads what the rules share. */
export function readProcess(unit: UnitCode): DotnetProcess {
  const code = new DotnetCode(unit);
  const setup = readSetup(code);
  const contexts = new Contexts(code);
  return { code, setup, contexts, relevance: new Relevance(code), work: new Work(code, setup) };
}
