import path from 'node:path';
import type { EngineSettings } from '../../protocol/engine';
import type { SharedRules } from './choiceKeeper';

type SourceSettings = EngineSettings['source'];

/**
 * The rules of the settings, whose folders are relative to any of the workspace's, and after them those of the
 * repository.
 * @param shared undefined where the repository is not trusted.
 */
export function withSharedRules(
  source: SourceSettings,
  folders: readonly string[],
  shared: SharedRules | undefined,
): SourceSettings {
  const pathRules = source.pathRules.flatMap(({ from, to }) =>
    path.isAbsolute(to) || folders.length === 0
      ? [{ from, to }]
      : folders.map((folder) => ({ from, to: path.join(folder, to) })),
  );
  if (shared === undefined) return { pathRules, services: source.services };
  return { pathRules: [...pathRules, ...shared.pathRules], services: { ...shared.services, ...source.services } };
}
