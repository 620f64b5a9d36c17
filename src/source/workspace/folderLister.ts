import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { decodeText } from './decodeText';
import type { FileBytes } from './fileBytes';
import { IgnoreRules, isSkippedFolder } from './ignoreRules';
import { keepsFolderTimes, stampOf } from './stamps';

/** Larger rules are none. */
const MAX_RULES_BYTES = 1024 * 1024;

const RULES = '.gitignore';

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
  /** Whether the rules above it are those of the earlier session. */
  readonly isAsBefore: boolean;
  /** Whether stamps tell what folders hold. */
  readonly isStamped: boolean;
}

/** A folder's content with what holds in the folders in it. */
export interface ListedFolder extends FolderContent {
  readonly rules: IgnoreRules;
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
    return { here: folder, relative: '', rules: IgnoreRules.none, isAsBefore: true, isStamped };
  }

  /** Undefined, and told in the log, where it cannot be read. */
  list(at: PlannedFolder): ListedFolder | undefined {
    const { here } = at;
    // Of before it is read: what comes meanwhile changes it.
    const stamp = at.isStamped ? stampOf(here) : undefined;
    const before = at.isStamped ? this.kept?.folder(here) : undefined;
    const rulesStamp = before === undefined ? undefined : this.rulesStamp(here, before.rulesStamp !== '');
    const areRulesSame = at.isAsBefore && rulesStamp !== undefined && rulesStamp === before?.rulesStamp;
    if (before !== undefined && before.stamp === stamp && areRulesSame) {
      this.kept?.noteFolder(here, before);
      const rules = before.rulesStamp === '' ? at.rules : this.rulesWith(at);
      return { files: before.files, folders: before.folders, rules, isAsBefore: true };
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
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const hasRules = names.includes(RULES);
    const rulesStamp = at.isStamped ? this.rulesStamp(here, hasRules) : undefined;
    const rules = hasRules ? this.rulesWith(at) : at.rules;
    const isIgnored = rules.within(relative === '' ? '' : `${relative}/`);
    const files = names.filter((name) => !isIgnored(name) || isEnvironmentFile(name));
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter((name) => !isSkippedFolder(name, names) && !isIgnored(`${name}/`));
    if (stamp !== undefined && rulesStamp !== undefined)
      this.kept?.noteFolder(here, { stamp, rulesStamp, files, folders });
    const areRulesSame = rulesStamp !== undefined && rulesStamp === before?.rulesStamp;
    return { files, folders, rules, isAsBefore: at.isAsBefore && areRulesSame };
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

/** `.env` files are ignored by git as a rule, and yet name the service. */
function isEnvironmentFile(name: string): boolean {
  return /^\.env(\.|$)|\.env$/.test(name);
}
