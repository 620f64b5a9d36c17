import path from 'node:path';
import { mapping, scalar, sequence } from '../../../base/texts/yamlValues';
import type { Dependency } from '../processUnit';
import { placeBefore, type ReadFile } from '../projectFiles';
import { escapeRegExp } from '../../../base/texts/escapeRegExp';
import { tableAt, tomlOffset } from '../text/tomlTable';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { normalised, parseRequirement, pinnedVersion } from './requirement';

/** What a `pyproject.toml` or `Pipfile` says of a project. */
export interface PythonProject {
  readonly name: string | undefined;
  readonly dependencies: readonly Dependency[];
  readonly needs: readonly UnitReference[];
  readonly kind: UnitDraft['kind'];
}

/** Groups that are not installed where the program runs. */
const DEV_GROUP =
  /^(dev|develop|development|tests?|testing|docs?|lint|linting|typing|types|mypy|ci|format|style|quality|bench|notebooks?|release)\b/i;

type Scope = Dependency['scope'];

/** Collects dependencies in the order of the file; the first of a name wins. */
class Collector {
  readonly dependencies: Dependency[] = [];
  readonly needs: UnitReference[] = [];

  constructor(private readonly file: ReadFile) {}

  /** PEP 508 texts in a list. */
  texts(list: unknown, section: string, scope: Scope): void {
    for (const item of sequence(list)) {
      const requirement = typeof item === 'string' ? parseRequirement(item) : undefined;
      if (requirement === undefined) continue;
      const offset = tomlOffset(this.file, section, new RegExp(`["']${escapeRegExp(String(item))}["']`));
      this.add(requirement.name, requirement.range, scope, offset, 'text');
      const local = /^file:(?:\/\/)?(.+)$/.exec(requirement.address ?? '')?.[1];
      if (local !== undefined) this.needs.push({ folder: path.resolve(this.file.folder, local) });
    }
  }

  /** Poetry's and Pipenv's `name = "^1.2"` and `name = { version = "^1.2", path = "…" }`. */
  table(table: unknown, section: string, scope: Scope): void {
    for (const [key, value] of Object.entries(mapping(table) ?? {})) {
      if (key === 'python') continue;
      const [first] = sequence(value);
      const options = mapping(value) ?? mapping(first);
      const written = scalar(value) ?? scalar(options?.['version']) ?? '';
      const range = written === '*' ? '' : written;
      const offset = tomlOffset(this.file, section, new RegExp(`^\\s*["']?${escapeRegExp(key)}["']?\\s*=`));
      this.add(normalised(key), range, options?.['optional'] === true ? 'optional' : scope, offset, 'entry');
      const local = scalar(options?.['path']);
      if (local !== undefined) this.needs.push({ folder: path.resolve(this.file.folder, local) });
    }
  }

  private add(name: string, range: string, scope: Scope, offset: number, writtenAs: 'text' | 'entry'): void {
    const { text } = this.file;
    const isFirst = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
    const version = pinnedVersion(range) ?? /^(\d+\.\d+[\w.]*)$/.exec(range)?.[1];
    this.dependencies.push({
      name,
      range,
      version,
      scope,
      at: this.file.at(offset, undefined, `${name} ${range}`.trim()),
      ...(isFirst ? { before: placeBefore(this.file, offset), writtenAs } : {}),
    });
    if (scope !== 'dev') this.needs.push({ name });
  }
}

/** Reads PEP 621, PEP 735, Poetry, PDM and uv. */
export function readPyproject(file: ReadFile, root: Record<string, unknown>): PythonProject {
  const found = new Collector(file);
  const project = tableAt(root, 'project');
  const poetry = tableAt(root, 'tool', 'poetry');
  found.texts(project?.['dependencies'], 'project', 'runtime');
  found.table(poetry?.['dependencies'], 'tool.poetry.dependencies', 'runtime');
  for (const [extra, list] of Object.entries(mapping(project?.['optional-dependencies']) ?? {}))
    found.texts(list, 'project.optional-dependencies', DEV_GROUP.test(extra) ? 'dev' : 'optional');
  for (const [group, value] of Object.entries(mapping(poetry?.['group']) ?? {})) {
    const optional = mapping(value)?.['optional'] === true;
    const scope = DEV_GROUP.test(group) ? 'dev' : optional ? 'optional' : 'runtime';
    found.table(mapping(value)?.['dependencies'], `tool.poetry.group.${group}.dependencies`, scope);
  }
  found.table(poetry?.['dev-dependencies'], 'tool.poetry.dev-dependencies', 'dev');
  for (const [group, list] of Object.entries(mapping(root['dependency-groups']) ?? {}))
    found.texts(list, 'dependency-groups', DEV_GROUP.test(group) ? 'dev' : 'optional');
  for (const list of Object.values(tableAt(root, 'tool', 'pdm', 'dev-dependencies') ?? {}))
    found.texts(list, 'tool.pdm.dev-dependencies', 'dev');
  found.texts(tableAt(root, 'tool', 'uv')?.['dev-dependencies'], 'tool.uv', 'dev');
  for (const [, source] of Object.entries(tableAt(root, 'tool', 'uv', 'sources') ?? {})) {
    const local = scalar(mapping(source)?.['path']);
    if (local !== undefined) found.needs.push({ folder: path.resolve(file.folder, local) });
  }
  const scripts = mapping(project?.['scripts']) ?? mapping(poetry?.['scripts']);
  const name = scalar(project?.['name']) ?? scalar(poetry?.['name']);
  const isBuilt =
    mapping(root['build-system']) !== undefined && name !== undefined && poetry?.['package-mode'] !== false;
  const kind = scripts !== undefined && Object.keys(scripts).length > 0 ? 'process' : isBuilt ? 'library' : 'unsaid';
  return { name, dependencies: found.dependencies, needs: found.needs, kind };
}

/** Reads a `Pipfile`. */
export function readPipfile(file: ReadFile, root: Record<string, unknown>): PythonProject {
  const found = new Collector(file);
  found.table(root['packages'], 'packages', 'runtime');
  found.table(root['dev-packages'], 'dev-packages', 'dev');
  return { name: undefined, dependencies: found.dependencies, needs: found.needs, kind: 'unsaid' };
}
