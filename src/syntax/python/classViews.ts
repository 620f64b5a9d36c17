import type { ScopeDraft } from '../extract/outline';
import { lastPart } from '../extract/callSite';
import type { HandlerFact } from '../facts';
import type { PythonFile } from './file';

const VERB_METHOD = /^(?:on_)?(get|post|put|patch|delete|head|options)$/;

/** The methods of a view class that answer HTTP methods: `get`, Falcon's `on_get`. */
export function classMethods(type: ScopeDraft, file: PythonFile): { method: string; handler: HandlerFact }[] {
  return file.outline.membersOf(type.name).flatMap((index) => {
    const verb = VERB_METHOD.exec(file.outline.draft(index)?.name ?? '')?.[1];
    if (verb === undefined) return [];
    return [{ method: verb.toUpperCase(), handler: { kind: 'function' as const, function: index } }];
  });
}

/** A handler that is a class of this file becomes its methods; everything else stays. */
export function expandClass(
  handler: HandlerFact,
  method: string,
  file: PythonFile,
): { method: string; handler: HandlerFact }[] {
  if (handler.kind === 'function') return [{ method, handler }];
  const type = file.outline.typeNamed(lastPart(handler.name));
  const methods = type === undefined ? [] : classMethods(type, file);
  const wanted = method === '*' ? methods : methods.filter((candidate) => candidate.method === method);
  return wanted.length > 0 ? wanted : [{ method, handler }];
}
