import type { MeasuredOn, SourceLocation } from '../../model/location';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { isSameCode, sameFunction, type FunctionOutline } from './codeVersion';
import type { PastCode } from './pastCode';
import type { PastFile } from './pastFiles';

/** On what code the spans of a place were measured, where that is other code than now or cannot be told. */
export async function measuredOn(
  location: SourceLocation,
  file: WorkspaceFile,
  past: PastCode,
): Promise<MeasuredOn | undefined> {
  const answer = await past.at(file);
  const { name } = past;
  switch (answer.kind) {
    case 'same':
      return undefined;
    case 'new':
      return changed(name, 'which had no such file');
    case 'saved':
      return { state: 'changed', label: 'before it was saved', text: `measured before ${file.relative} was saved` };
    case 'other': {
      const what = location.anchor === 'owner' ? ownerChange(location, answer.past) : callChange(location, answer.past);
      return what === undefined ? undefined : changed(name, what, answer.past.instead);
    }
    case 'unknown':
      if (answer.why === undefined || name === undefined) return undefined;
      return { state: 'unknown', label: '', text: `measured at ${name}, which ${answer.why}` };
  }
}

function changed(name: string | undefined, what: string, instead?: PastFile['instead']): MeasuredOn {
  if (instead !== undefined || name === undefined) {
    const when = instead === 'compiled' ? 'as it was compiled' : 'when the process began';
    return { state: 'changed', label: 'before the edit', text: `measured ${when}, ${what}` };
  }
  return { state: 'changed', label: `at ${name}`, text: `measured at ${name}, ${what}` };
}

function ownerChange({ range }: SourceLocation, { old, now, lines }: PastFile): string | undefined {
  const here = now.functions.find((one) => one.startLine === range.startLine && one.endLine === range.endLine);
  if (here === undefined) return isTouched(range.startLine, range.endLine, lines) ? 'code changed since' : undefined;
  const was = sameFunction(now, here, old, lines.inverse());
  if (was === undefined) return 'function is new since';
  if (was.name !== here.name) return `function was called ${symbolOf(was)}`;
  return isSameCode(old, was, now, here) ? undefined : 'function changed since';
}

function callChange({ range }: SourceLocation, { lines }: PastFile): string | undefined {
  return isTouched(range.startLine, range.endLine, lines) ? 'call changed since' : undefined;
}

function isTouched(from: number, to: number, lines: PastFile['lines']): boolean {
  const back = lines.inverse();
  for (let line = from; line <= to; line++) if (back.carry(line).edited) return true;
  return false;
}

function symbolOf({ container, name }: FunctionOutline): string {
  return [...container, name].join('.');
}
