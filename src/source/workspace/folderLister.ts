import { readdirSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { decodeText } from './decodeText';
import type { FileBytes } from './fileBytes';
import { IgnoreRules, isSkippedFolder } from './ignoreRules';
import { keepsFolderTimes, stampOf } from './stamps';
import { TrackedFiles } from './trackedFiles';

/** Larger rules are none. */
const MAX_RULES_BYTES = 1024 * 1024;

const RULES = '.gitignore';

const NONE: ReadonlySet<string> = new Set();

/** What belongs to the workspace in a folder, by name, in the order of the disk. */
export interface FolderContent {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** A folder's content when it was listed. */
export interface KeptFolder extends FolderContent {
  readonly stamp: string;
  /** Of its `.gitignore`, '' where it had none. */
  readonly rulesStamp: string;
  /** Whether what belongs to it may change while both stamps stay: git may come to track what rules name. */
  readonly isReadAnew: boolean;
}

/** What folders held in an earlier session: of those that are as they were, names and rules need not be read again. */
export interface KeptFolders {
  folder(path: string): KeptFolder | undefined;
  noteFolder(path: string, folder: KeptFolder): void;
}

/** A folder to list. */
export interface PlannedFolder {
  /** Absolute. */
  readonly here: string;
  /** Relative to the workspace folder, '' for itself. */
  readonly relative: string;
  /** Of the folders above it. */
  readonly rules: IgnoreRules;
  /** Of the repository that it lies in, if it lies in one. */
  readonly tracked: TrackedFiles | undefined;
  /** Whether rules name it or a folder above it, so that nothing in it belongs to the workspace but what git tracks. */
  readonly isIgnored: boolean;
  /** Whether the rules above it are those of the earlier session. */
  readonly isAsBefore: boolean;
  /** Whether stamps tell what folders hold. */
  readonly isStamped: boolean;
}

/** A folder's content with what holds in the folders in it. */
export interface ListedFolder extends FolderContent {
  readonly rules: IgnoreRules;
  readonly tracked: TrackedFiles | undefined;
  /** Those of the folders that rules name, and git tracks something in. */
  readonly ignored: ReadonlySet<string>;
  readonly isAsBefore: boolean;
}

/** Lists folders one by one, without what is left out by name or by `.gitignore`. */
export class FolderLister {
  constructor(
    private readonly bytes: FileBytes,
    private readonly logger: Logger,
    private readonly kept: KeptFolders | undefined,
  ) {}

  /** A workspace folder itself. */
  top(folder: string): PlannedFolder {
    const isStamped = this.kept !== undefined && keepsFolderTimes(folder);
    const tracked = TrackedFiles.around(folder, this.bytes, this.logger);
    const rules = IgnoreRules.none;
    return { here: folder, relative: '', rules, tracked, isIgnored: false, isAsBefore: true, isStamped };
  }

  /** Undefined, and told in the log, where it cannot be read. */
  list(at: PlannedFolder): ListedFolder | undefined {
    const { here } = at;
    // Of before it is read: what comes meanwhile changes it.
    const stamp = at.isStamped ? stampOf(here) : undefined;
    const before = at.isStamped ? this.kept?.folder(here) : undefined;
    const rulesStamp = before === undefined ? undefined : this.rulesStamp(here, before.rulesStamp !== '');
    const areRulesSame = at.isAsBefore && rulesStamp !== undefined && rulesStamp === before?.rulesStamp;
    if (before !== undefined && before.stamp === stamp && areRulesSame && !before.isReadAnew) {
      this.kept?.noteFolder(here, before);
      const rules = before.rulesStamp === '' ? at.rules : this.rulesWith(at);
      const { files, folders } = before;
      return { files, folders, rules, tracked: at.tracked, ignored: NONE, isAsBefore: true };
    }
    return this.read(at, stamp, before);
  }

  private read(at: PlannedFolder, stamp: string | undefined, before: KeptFolder | undefined): ListedFolder | undefined {
    const { here, relative } = at;
    let entries;
    try {
      entries = readdirSync(here, { withFileTypes: true });
    } catch (error) {
      this.logger.warn(`Cannot list ${here}: ${describeError(error)}`);
      return undefined;
    }
    const hasRules = entries.some((entry) => entry.name === RULES && entry.isFile());
    const rulesStamp = at.isStamped ? this.rulesStamp(here, hasRules) : undefined;
    const rules = hasRules ? this.rulesWith(at) : at.rules;
    const isRepository = relative !== '' && entries.some(({ name }) => name === '.git');
    const tracked = isRepository ? TrackedFiles.around(here, this.bytes, this.logger) : at.tracked;
    const { files, folders, ignored, isReadAnew } = contentOf(entries, { ...at, rules, tracked });
    if (stamp !== undefined && rulesStamp !== undefined) {
      const now = { stamp, rulesStamp, isReadAnew: isReadAnew || isRepository, files, folders };
      this.kept?.noteFolder(here, before !== undefined && isSame(before, now) ? before : now);
    }
    const areRulesSame = rulesStamp !== undefined && rulesStamp === before?.rulesStamp;
    return { files, folders, rules, tracked, ignored, isAsBefore: at.isAsBefore && areRulesSame };
  }

  /** Undefined where it cannot be told. */
  private rulesStamp(here: string, hasRules: boolean): string | undefined {
    return hasRules ? stampOf(path.join(here, RULES)) : '';
  }

  private rulesWith({ here, relative, rules }: PlannedFolder): IgnoreRules {
    return rules.with(relative, () => this.readRules(path.join(here, RULES)));
  }

  private readRules(file: string): string | undefined {
    try {
      const bytes = this.bytes.read(file, MAX_RULES_BYTES);
      return typeof bytes === 'number' ? undefined : decodeText(bytes);
    } catch (error) {
      this.logger.warn(`Cannot read ${file}: ${describeError(error)}`);
      return undefined;
    }
  }
}

/** What of a folder's entries belongs to the workspace. */
function contentOf(
  entries: readonly Dirent[],
  { here, relative, rules, tracked, isIgnored }: PlannedFolder,
): FolderContent & { readonly ignored: ReadonlySet<string>; readonly isReadAnew: boolean } {
  const isNamed = rules.within(relative === '' ? '' : `${relative}/`);
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const isOut = (entry: string): boolean => isIgnored || isNamed(entry);
  const inside = entries.flatMap((entry) =>
    entry.isDirectory() && !isSkippedFolder(entry.name, names) ? [entry.name] : [],
  );
  const named = new Set([
    ...names.filter((name) => !isEnvironmentFile(name) && isOut(name)),
    ...inside.filter((name) => isOut(`${name}/`)),
  ]);
  const known = named.size === 0 ? undefined : tracked?.now();
  const files = names.filter((name) => !named.has(name) || known?.hasFile(path.join(here, name)) === true);
  const folders = inside.filter((name) => !named.has(name) || known?.hasFolder(path.join(here, name)) === true);
  const ignored = new Set(folders.filter((name) => named.has(name)));
  return { files, folders, ignored, isReadAnew: isIgnored || named.size > 0 };
}

function isSame(one: KeptFolder, other: KeptFolder): boolean {
  const hold = ({ files, folders }: FolderContent) => `${files.join('/')}//${folders.join('/')}`;
  const keys = ['stamp', 'rulesStamp', 'isReadAnew'] as const;
  return keys.every((key) => one[key] === other[key]) && hold(one) === hold(other);
}

/** `.env` files are ignored by git as a rule, and yet name the service. */
function isEnvironmentFile(name: string): boolean {
  return /^\.env(\.|$)|\.env$/.test(name);
}
