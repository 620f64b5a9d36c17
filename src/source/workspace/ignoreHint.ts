import ignore, { type Ignore } from 'ignore';

/**
 * Tells for nearly all paths in a look or two that no line of a `.gitignore` concerns them: most lines are a name or an
 * ending, and trying eighty expressions on each of thousands of paths is a tenth of the time to list them. What may be
 * concerned is for the whole rules to decide.
 */
export class IgnoreHint {
  private readonly names = new Set<string>();
  private readonly endings = new Set<string>();
  private readonly globs: RegExp | undefined;
  /** Folders whose whole content a line names. */
  private readonly folders: string[] = [];
  private readonly others: Ignore | undefined;
  private last: { readonly folder: string; readonly isWithin: boolean } | undefined;

  constructor(gitignore: string) {
    const others: string[] = [];
    const globs: string[] = [];
    for (const row of gitignore.split(/\r?\n/)) {
      if (row.trim() === '' || row.startsWith('#')) continue;
      // A line that takes another back concerns the same paths.
      const line = row.replace(/^!/, '');
      const parts = line.split('/').filter((part) => part !== '');
      if (!this.note(parts, globs)) others.push(line);
    }
    // One expression: to go through twenty for each of thousands of names costs more than the look-ups together.
    if (globs.length > 0) this.globs = new RegExp(`^(?:${globs.join('|')})$`);
    if (others.length > 0) this.others = ignore().add(others);
  }

  /**
   * @param folder that the file or folder lies in, relative to that of the `.gitignore`: '' or with a `/` at its end.
   * @param entry its name; a folder's ends in `/`.
   */
  mayConcern(folder: string, entry: string): boolean {
    const lower = entry.toLowerCase();
    const name = lower.endsWith('/') ? lower.slice(0, -1) : lower;
    if (this.names.has(name)) return true;
    const dot = name.lastIndexOf('.');
    if (dot >= 0 && this.endings.has(name.slice(dot))) return true;
    if (this.globs?.test(name) === true) return true;
    if (this.folders.length > 0 && (this.isWithin(folder) || this.folders.includes(lower))) return true;
    return this.others?.test(folder + entry).ignored ?? false;
  }

  /** Whether a folder lies in one whose content a line names: asked of each file in it in turn. */
  private isWithin(folder: string): boolean {
    if (this.last?.folder !== folder) {
      const lower = folder.toLowerCase();
      this.last = { folder, isWithin: this.folders.some((one) => lower.includes(one)) };
    }
    return this.last.isWithin;
  }

  /** Takes what a line says of the last part of a path, or of a folder it is in. @param globs to which expressions go. */
  private note(parts: readonly string[], globs: string[]): boolean {
    const last = parts.at(-1)?.toLowerCase() ?? '';
    if (/^[\w.-]+$/.test(last)) this.names.add(last);
    else if (/^\*\.\w+$/.test(last)) this.endings.add(last.slice(1));
    else if (/^\*+$/.test(last)) {
      const folder = parts.findLast((part) => /^[\w.-]+$/.test(part))?.toLowerCase();
      if (folder === undefined) return false;
      this.folders.push(`${folder}/`);
    } else if (/^(?:[\w.*?~$-]|\[[\w-]+\])+$/.test(last)) {
      const glob = last.replace(/[.$]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
      try {
        new RegExp(glob);
      } catch {
        return false;
      }
      globs.push(glob);
    } else return false;
    return true;
  }
}
