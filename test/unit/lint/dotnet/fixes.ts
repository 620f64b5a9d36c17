import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { sharedSyntax } from '../../../support/syntaxGolden';
import { applyFix, lintProject } from '../support/lintProject';

/** The text of a file after the first fix of the only finding: it is whole C#, and nothing is found in it any more. */
export async function fixed(files: Readonly<Record<string, string>>, file: string): Promise<string> {
  const { findings } = await lintProject(dotnetCheck, files);
  assert.equal(findings.length, 1);
  const after = applyFix(files, findings[0]!.finding);
  const code = await (await sharedSyntax()).code(`/project/${file}`, after[file]!);
  assert.equal(code.hasErrors, false, after[file]);
  assert.deepEqual((await lintProject(dotnetCheck, after)).short, []);
  return after[file]!;
}
