import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { Dependency } from '../processUnit';
import type { ProjectFiles, ReadFile } from '../projectFiles';
import type { UnitReference } from '../unitDraft';
import { projectPlacedAt } from './placedFolders';
import { parseRequirement, pinnedVersion } from './requirement';

/** What a file of requirements and those it includes ask for. */
export interface Requirements {
  readonly dependencies: readonly Dependency[];
  /** Versions that constraints (`-c`) pin without asking for the package. */
  readonly constraints: ReadonlyMap<string, string>;
  readonly needs: readonly UnitReference[];
  /** Files it includes, absolute. */
  readonly included: readonly string[];
  /** Where it includes files that are not there. */
  readonly missing: readonly Evidence[];
}

/** Files included beyond this are a circle, or written to be one. */
const MAX_INCLUDES = 50;

/**
 * Reads `requirements.txt` (https://pip.pypa.io/en/stable/reference/requirements-file-format/) with what it includes. In one
 * that pip-tools or uv compiled, packages that no own file asks for (`# via other`) are indirect.
 */
export async function readRequirements(files: ProjectFiles, start: ReadFile): Promise<Requirements> {
  const dependencies: Dependency[] = [];
  const constraints = new Map<string, string>();
  const needs: UnitReference[] = [];
  const missing: Evidence[] = [];
  const pending = new Map<string, 'asked' | 'constraint'>([[start.path, 'asked']]);
  for (const [name, role] of pending) {
    const file = name === start.path ? start : await files.readAt(name);
    if (file === undefined || pending.size > MAX_INCLUDES) continue;
    const scope = scopeOfFile(start.path);
    for (const { text, offset, via } of requirementLines(file.text)) {
      const include = /^(-r|--requirement|-c|--constraint)[\s=]+(\S+)/.exec(text);
      if (include) {
        const target = path.resolve(file.folder, include[2]!);
        const as = include[1]!.includes('c') && !include[1]!.includes('r') ? 'constraint' : role;
        if (as === 'asked' && files.get(target) === undefined)
          missing.push(file.at(offset, offset + text.length, `${include[2]!} is not among the files`));
        if (!pending.has(target)) pending.set(target, include[1] === '--constraint' ? 'constraint' : as);
        continue;
      }
      const local = /^(?:-e|--editable)?[\s=]*(?:file:(?:\/\/)?)?(\.{1,2}(?:\/[^\s[#;]*)?)/.exec(text)?.[1];
      if (local !== undefined) needs.push({ folder: path.resolve(file.folder, local) });
      const placed = /^(?:(?:-e|--editable)[\s=]*)?(?:file:(?:\/\/)?)?(\/[^\s[#;]+)/.exec(text)?.[1];
      if (placed !== undefined) needs.push(...inImage(files, placed));
      const requirement = text.startsWith('-') || local !== undefined ? undefined : parseRequirement(text);
      if (requirement === undefined) continue;
      const { name: of, range, address } = requirement;
      const absolute = address && /^file:\/\/(?:localhost)?(\/[^\s[#;]+)/.exec(address)?.[1];
      if (absolute) needs.push(...inImage(files, absolute));
      if (address !== undefined && /^\.{1,2}\//.test(address))
        // pip resolves it against the folder it is run in, which is the project's.
        for (const from of [file.folder, path.dirname(file.folder)])
          needs.push({ folder: path.resolve(from, address) });
      const version = pinnedVersion(range);
      if (role === 'constraint') {
        if (version !== undefined) constraints.set(of, version);
        continue;
      }
      const at = file.at(offset, offset + text.length, text.replace(/\s*(;|--hash).*$/s, ''));
      dependencies.push({
        name: of,
        range,
        version,
        scope: via === 'others' && scope === 'runtime' ? 'indirect' : scope,
        at,
      });
      needs.push({ name: of });
    }
  }
  const included = [...pending.keys()].filter((name) => name !== start.path);
  return { dependencies, constraints, needs, included, missing };
}

/** What lies at an absolute path in an image is copied from the workspace. */
function inImage(files: ProjectFiles, place: string): UnitReference[] {
  const folder = projectPlacedAt(files, place);
  return folder === undefined ? [] : [{ folder }];
}

/** `requirements-dev.txt`, `test_requirements.in`, `requirements/docs.txt`: not in the program that is deployed. */
export function scopeOfFile(file: string): Dependency['scope'] {
  const name = path.basename(file);
  return /(^|[-_.])(dev|develop|development|local|tests?|testing|docs?|lint|ci|typing|mypy|bench|black|format|quality)([-_.]|$)/i.test(
    name,
  )
    ? 'dev'
    : 'runtime';
}

interface RequirementLine {
  readonly text: string;
  readonly offset: number;
  /** Who asks for it in a compiled file. */
  readonly via: 'own' | 'others' | 'unsaid';
}

function requirementLines(text: string): RequirementLine[] {
  const found: { text: string; offset: number; via: RequirementLine['via'] }[] = [];
  const isCompiled = /autogenerated by (pip-compile|uv)|^#\s+uv pip compile/m.test(text.slice(0, 2_000));
  let offset = 0;
  for (const row of text.replace(/^\uFEFF/, ' ').split('\n')) {
    const trimmed = row.trim();
    const start = offset + row.length - row.trimStart().length;
    offset += row.length + 1;
    const comment = /(?:^|\s)#\s*(?:via\b)?\s*(.*)$/.exec(trimmed)?.[1];
    const last = found.at(-1);
    if (isCompiled && comment !== undefined && last && (trimmed.startsWith('#') || last.offset === start))
      note(last, comment);
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    // A hash continued from the line before belongs to it.
    if (trimmed.startsWith('--hash')) continue;
    const bare = trimmed.replace(/\s+#.*$/, '').replace(/\s*\\$/, '');
    const one = { text: bare, offset: start, via: 'unsaid' as RequirementLine['via'] };
    if (isCompiled && comment !== undefined) note(one, comment);
    found.push(one);
  }
  return found;
}

/** `via -r requirements.in`, `via shop (pyproject.toml)` are the project's own wishes. */
function note(line: { via: RequirementLine['via'] }, comment: string): void {
  if (/-r\s|\(pyproject\.toml\)|\(setup\.(py|cfg)\)|\.in$/.test(comment)) line.via = 'own';
  else if (comment.trim() !== '' && line.via === 'unsaid') line.via = 'others';
}
