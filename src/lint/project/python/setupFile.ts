import type { Dependency } from '../processUnit';
import type { ReadFile } from '../projectFiles';
import type { PythonProject } from './pyproject';
import { parseRequirement, pinnedVersion } from './requirement';

/** `setup.cfg`: `install_requires` and extras, an option's lines being indented. */
export function readSetupCfg(file: ReadFile): PythonProject {
  const dependencies: Dependency[] = [];
  let section = '';
  let option = '';
  let name: string | undefined;
  let scripts = false;
  let offset = 0;
  for (const row of file.text.split('\n')) {
    const start = offset + row.length - row.trimStart().length;
    offset += row.length + 1;
    const header = /^\[([^\]]+)\]/.exec(row)?.[1];
    if (header !== undefined) {
      section = header.trim();
      option = '';
      continue;
    }
    const match = /^([\w.-]+)\s*[=:]\s*(.*)$/.exec(row);
    if (match) option = match[1]!;
    if (section === 'metadata' && option === 'name' && match) name = match[2]!.trim();
    if (section === 'options.entry_points' && /console_scripts/.test(row)) scripts = true;
    const value = match ? match[2]! : row;
    const scope =
      section === 'options' && option === 'install_requires'
        ? 'runtime'
        : section === 'options.extras_require'
          ? extraScope(option)
          : undefined;
    if (scope !== undefined && value.trim() !== '')
      dependencies.push(...dependencyAt(file, value.trim(), start, scope));
  }
  return {
    name,
    dependencies,
    needs: namesOf(dependencies),
    kind: scripts ? 'process' : name === undefined ? 'unsaid' : 'library',
  };
}

/**
 * `setup.py`: the texts in `install_requires=[…]` and `extras_require={…}`, and in the lists of a variable that
 * `install_requires` is given, as `read(…) | {"shop-common"}` has one; what is computed is not seen.
 */
export function readSetupPy(file: ReadFile): PythonProject {
  const dependencies: Dependency[] = [];
  for (const [pattern, scope] of [
    [
      /\b(?:install_requires|INSTALL_REQUIRES|REQUIRED|requirements|install_requirements)\s*=\s*\[([^\]]*)\]/g,
      'runtime',
    ],
    [/\bextras_require\s*=\s*\{([^}]*)\}/g, 'optional'],
  ] as const) {
    for (const match of file.text.matchAll(pattern)) {
      const inside = match.index + match[0].indexOf(match[1]!);
      for (const quoted of match[1]!.matchAll(/(["'])([^"'\n]+)\1/g))
        dependencies.push(...dependencyAt(file, quoted[2]!, inside + quoted.index + 1, scope));
    }
  }
  for (const [start, text] of requiredByVariable(file.text))
    dependencies.push(...dependencyAt(file, text, start, 'runtime'));
  const name = /\bname["']?\s*[=:]\s*["']([^"']+)["']/.exec(file.text)?.[1];
  const kind = /console_scripts|\bscripts\s*=/.test(file.text) ? 'process' : name === undefined ? 'unsaid' : 'library';
  return { name, dependencies, needs: namesOf(dependencies), kind };
}

/** Lists, sets and tuples with nothing but texts in them; the arguments of a call are none. */
const TEXTS = /(?<![\w\])])[[{(](?:(["'])[^"'\n]+\1|#[^\n]*\n|[\s,])+[\]})]/g;

/** `install_requires=PROD` or `"install_requires": PROD`: the requirements written in `PROD = …`, each with where. */
function requiredByVariable(text: string): (readonly [number, string])[] {
  const variable = /\binstall_requires["']?\s*[=:]\s*(?:list\(|tuple\(|sorted\()?([A-Za-z_]\w*)\s*[),\n]/.exec(
    text,
  )?.[1];
  // These are read by their names.
  if (variable === undefined || /^(INSTALL_REQUIRES|REQUIRED|requirements|install_requirements)$/.test(variable))
    return [];
  const assigned = new RegExp(`^${variable}\\s*(?::[^=\\n]+)?=(?!=)`, 'm').exec(text);
  if (assigned === null) return [];
  const start = assigned.index + assigned[0].length;
  // The statement ends where the next one begins at the margin.
  const next = /\n(?=[A-Za-z_@#])/.exec(text.slice(start));
  const value = text.slice(start, next === null ? undefined : start + next.index);
  return [...value.matchAll(TEXTS)].flatMap((list) =>
    [...list[0].matchAll(/(["'])([^"'\n]+)\1/g)].map(
      (quoted) => [start + list.index + quoted.index + 1, quoted[2]!] as const,
    ),
  );
}

function dependencyAt(file: ReadFile, text: string, start: number, scope: Dependency['scope']): Dependency[] {
  const requirement = parseRequirement(text);
  if (requirement === undefined) return [];
  const { name, range } = requirement;
  return [{ name, range, version: pinnedVersion(range), scope, at: file.at(start, start + text.length, text) }];
}

function namesOf(dependencies: readonly Dependency[]): { name: string }[] {
  return dependencies.map(({ name }) => ({ name }));
}

function extraScope(extra: string): Dependency['scope'] {
  return /^(dev|tests?|testing|docs?|lint)/i.test(extra) ? 'dev' : 'optional';
}
