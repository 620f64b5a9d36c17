import { ErrorCodes, ResponseError, type CodeAction, type WorkspaceEdit } from 'vscode-languageserver/node';
import type { FixEdit } from '../../model/finding';
import { uriOfPath } from '../workspace/uris';
import { changesOf } from './codeActions';
import { rangeOf } from './diagnostics';
import type { IgnoredPlace, IgnoreEdit } from './ignoreEdit';
import { readLazyAction } from './lazyAction';

/** Who works edits out. */
export interface EditSource {
  fixAll(rule: string, file: string | undefined): Promise<readonly FixEdit[]>;
  ignore(place: IgnoredPlace): Promise<IgnoreEdit | undefined>;
}

/**
 * A code action with its edit, which was left open until it was chosen.
 *
 * @param canPutSnippets the editor can put in text of which a part is to be written next.
 * @throws ResponseError with words for the user where nothing can be done.
 */
export async function resolvedAction(
  action: CodeAction,
  source: EditSource,
  canPutSnippets: boolean,
): Promise<CodeAction> {
  const asked = action.edit === undefined ? readLazyAction(action.data) : undefined;
  if (asked === undefined) return action;
  if (asked.do === 'ignore') {
    const found = await source.ignore(asked);
    if (found === undefined)
      throw new ResponseError(
        ErrorCodes.InvalidRequest,
        `No comment can stand at this line. Set ${asked.rule} in spanlight.lint.severities, or take the code out of the text around it.`,
      );
    return { ...action, edit: ignoring(found, canPutSnippets) };
  }
  const edits = await source.fixAll(asked.rule, asked.file);
  if (edits.length === 0)
    throw new ResponseError(ErrorCodes.InvalidRequest, `There is nothing left of ${asked.rule} that a fix mends.`);
  return { ...action, edit: { changes: changesOf(edits) } };
}

function ignoring({ edit, snippet }: IgnoreEdit, canPutSnippets: boolean): WorkspaceEdit {
  if (!canPutSnippets) return { changes: changesOf([edit]) };
  const put = { range: rangeOf(edit.range), snippet: { kind: 'snippet' as const, value: snippet } };
  return { documentChanges: [{ textDocument: { uri: uriOfPath(edit.file), version: null }, edits: [put] }] };
}
