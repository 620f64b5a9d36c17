import path from 'node:path';
import { line0 } from '../../base/positions';
import type { LintFile } from '../lintFiles';
import type { UnitLanguage } from './processUnit';
import type { UnitDraft } from './unitDraft';

/** A unit of whose manifest nothing is known: its files must not count as those of the project around it. */
export function unreadManifest({ path: file }: LintFile, language: UnitLanguage): UnitDraft {
  const start = line0(0);
  const range = { startLine: start, startColumn: 0, endLine: start, endColumn: 0 };
  const manifest = { file, range, text: `${path.basename(file)}, which cannot be read` };
  const root = path.dirname(file);
  return {
    id: file,
    language,
    root,
    manifest,
    names: [path.basename(root)],
    dependencies: new Map(),
    needs: [],
    kind: 'unsaid',
    missing: [{ ...manifest, text: `${path.basename(file)} cannot be read` }],
  };
}
