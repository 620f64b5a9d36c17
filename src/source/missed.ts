import path from 'node:path';
import { attributeText } from '../model/attributes';
import type { OperationKey } from '../model/operation';
import type { EvidenceContext } from './candidate';
import { isBelow } from './paths/projectRoots';
import { isUnnamed } from './services/serviceBinder';
import type { WorkspaceFile } from './workspace/workspaceFiles';

/** Unread files named in a reason. */
const MOST_UNREAD = 2;

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
  const found: string[] = [];
  let more = 0;
  for (const [full, why] of context.index.unread) {
    const file = context.files.get(full);
    if (!context.reaches(file) || (own && !isBelow(file, own))) continue;
    if (found.length < MOST_UNREAD) found.push(`${file.relative} (${why})`);
    else more++;
  }
  if (found.length === 0) return '';
  return ` Not read there: ${found.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
