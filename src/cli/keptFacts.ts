import path from 'node:path';
import type { AssetPaths } from '../base/assets';
import { buildIdentity } from '../base/caches/buildIdentity';
import type { Logger } from '../base/logger';
import { userCacheFolder } from '../base/caches/userCache';
import { FactsCache } from '../source/index/factsCache';

/** What earlier runs read out of a workspace, in the user's cache folder. */
export function openKeptFacts(workspace: string, assets: AssetPaths, logger: Logger): Promise<FactsCache> {
  const build = buildIdentity(process.argv[1]!, assets.queries);
  return FactsCache.open(path.join(userCacheFolder(), 'facts'), [path.resolve(workspace)], build, logger);
}
