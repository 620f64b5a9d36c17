import path from 'node:path';
import { formatCount } from '../base/format';
import { attributeText } from '../model/attributes';
import type { OperationKey } from '../model/operation';
import type { EvidenceContext } from './candidate';
import { isBelow } from './paths/projectRoots';
import { isUnnamed } from './services/serviceBinder';
import type { WorkspaceFile } from './workspace/workspaceFiles';

/** Unread files named in a reason. */
const MOST_UNREAD = 2;

/** Files that tools wrote are looked at, of which one is named. */
const MOST_GENERATED = 50;

/** Tells that a file of the workspace is meant, but not read. @param why as in {@link FileFacts.skipped}. */
export function missUnread(file: WorkspaceFile, why: string, context: EvidenceContext): void {
  const cure = why.startsWith('larger than') || why === 'minified' ? SOURCE_CURE : undefined;
  context.miss('file-not-read', `${file.relative} is not read: ${why}.`, cure);
}

const SOURCE_CURE = 'If it was compiled or bundled, keep its source map beside it: then its sources are found.';

/**
 * Tells that no code within the service's reach fits, where was looked, and what there was not read.
 * @param does `registers a handler for POST /orders`.
 */
export function missInReach(
  does: string,
  operation: OperationKey,
  context: EvidenceContext,
  code: 'symbol-not-found' | 'no-evidence' = 'symbol-not-found',
): void {
  const { own } = context.scope;
  context.touch('unread');
  if (context.files.folders.length === 0) {
    context.miss('not-in-workspace', 'No folder is open.', 'Open the folder that holds the code of the service.');
    return;
  }
  const unread = unreadWords(context);
  if (own) {
    const folder = own.relative === '' ? path.basename(own.folder) : own.relative;
    const cure = 'If the service lives in another folder, say which with the setting spanlight.source.services.';
    context.miss(code, `No code in ${folder} ${does}.${unread}`, cure);
    return;
  }
  const { service } = operation;
  const [who, cure] = isUnnamed(service)
    ? ['the process sends no service name, so it is', 'Set OTEL_SERVICE_NAME where the process is started.']
    : [`the service ${service} is`, 'Say which folder it lives in with the setting spanlight.source.services.'];
  const where = context.scope.isNarrowed ? 'outside the folders of other services' : 'of the workspace';
  context.miss('service-not-bound', `No code ${where} ${does}, and ${who} bound to no folder.${unread}`, cure);
}

/** Tells that a library made the span of a call: there is nothing in the workspace to point at. */
export function missLibraryCall(operation: OperationKey, context: EvidenceContext): void {
  const maker = operation.scope === '' ? 'A library' : operation.scope;
  const database =
    attributeText(operation.attributes, 'db.system.name') ?? attributeText(operation.attributes, 'db.system');
  const what = database === undefined ? 'this span' : `this span of a call to ${database}`;
  context.miss('library-call', `${maker} made ${what}; in a trace it stands inside the function that called.`);
}

function unreadWords(context: EvidenceContext): string {
  const { own } = context.scope;
  const { files, index } = context;
  if (index.unread.size === 0 && index.generated.size === 0 && !files.truncated) return '';
  const lies = (full: string): WorkspaceFile | undefined => {
    const file = files.get(full);
    return context.reaches(file) && (own === undefined || isBelow(file, own)) ? file : undefined;
  };
  const words: string[] = [];
  const found = [...index.unread].flatMap(([full, why]) => {
    const file = lies(full);
    return file === undefined ? [] : [`${file.relative} (${why})`];
  });
  if (found.length > 0) {
    const more = found.length - MOST_UNREAD;
    words.push(` Not read there: ${found.slice(0, MOST_UNREAD).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`);
  }
  let looked = 0;
  for (const full of index.generated) {
    const file = looked++ < MOST_GENERATED ? lies(full) : undefined;
    if (file !== undefined) words.push(` What is generated there, such as ${file.relative}, is left out.`);
    if (file !== undefined || looked > MOST_GENERATED) break;
  }
  if (files.truncated) words.push(` Of the workspace only the first ${formatCount(files.size)} files are read.`);
  return words.join('');
}
