import path from 'node:path';
import { cacheName } from '../../base/caches/cacheName';
import type { Logger } from '../../base/logger';
import type { OperationId } from '../../model/operation';
import { Git } from '../../source/drift/git/git';
import type { CodeOrigin } from '../../source/drift/origin';
import { Snapshots } from '../../source/drift/snapshots';
import type { CodeHistory } from '../../source/mapperOptions';

export interface CodePastOptions {
  /** Where snapshots are kept between sessions; undefined for nowhere. */
  readonly cacheFolder: string | undefined;
  readonly logger: Logger;
  /** Whether git may be run for the workspace. */
  readonly mayRunGit: () => boolean;
  readonly originOf: (operation: OperationId) => CodeOrigin | undefined;
}

/** What tells on which code spans were recorded, for the folders that are open. */
export class CodePast {
  private snapshots: Snapshots | undefined;

  constructor(private readonly options: CodePastOptions) {}

  /** For a mapper of these folders; what another one had is written down. */
  of(folders: readonly string[], signal: AbortSignal): CodeHistory {
    const { cacheFolder, logger, mayRunGit, originOf } = this.options;
    this.dispose();
    const file = cacheFolder === undefined ? undefined : path.join(cacheFolder, `processes-${cacheName(folders)}.json`);
    this.snapshots = new Snapshots(file, logger);
    return { git: new Git({ mayRun: mayRunGit, signal }), snapshots: this.snapshots, originOf };
  }

  dispose(): void {
    this.snapshots?.dispose();
  }
}
