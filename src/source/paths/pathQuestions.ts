import type { Mapping, UnmatchedPath } from '../../model/location';
import type { OperationKey } from '../../model/operation';
import { commonTail, parseRuntimePath, rootWords } from './runtimePath';

/** A folder of running processes of a service that only the user can place: asked for with one path below it. */
export interface PathQuestion<O> extends UnmatchedPath {
  readonly service: string;
  /** What the answer is learned for: `/srv/app`. */
  readonly root: string;
  readonly operations: readonly O[];
}

/** What is to be asked so that operations find their files, one question a service and root; most operations first. */
export function pathQuestions<O extends { readonly key: OperationKey; readonly mapping: Mapping }>(
  operations: Iterable<O>,
): PathQuestion<O>[] {
  const found = new Map<string, PathQuestion<O> & { readonly operations: O[] }>();
  for (const operation of operations) {
    const { mapping, key } = operation;
    const unmatched = mapping.status === 'mapped' ? undefined : mapping.reason.path;
    const root = unmatched && rootOf(unmatched);
    if (root === undefined) continue;
    const known = found.get(`${key.service}\0${root}`);
    if (known !== undefined) known.operations.push(operation);
    else found.set(`${key.service}\0${root}`, { ...unmatched!, service: key.service, root, operations: [operation] });
  }
  return [...found.values()].sort((a, b) => b.operations.length - a.operations.length || (a.root < b.root ? -1 : 1));
}

/** What stands in front of the part that the path has in common with the files it may be; undefined for a bare name. */
function rootOf({ path, files }: UnmatchedPath): string | undefined {
  const runtime = parseRuntimePath(path);
  if (!runtime || !runtime.absolute || runtime.segments.length < 2) return undefined;
  const tails = files.map((file) => commonTail(runtime, file.split(/[\\/]/)));
  return rootWords(runtime, runtime.segments.length - Math.max(1, ...tails));
}
