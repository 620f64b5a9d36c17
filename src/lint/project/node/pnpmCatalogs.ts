import path from 'node:path';
import { mapping, parseYaml, scalar } from '../../../base/texts/yamlValues';
import type { ProjectFiles, ReadFile } from '../projectFiles';

/** The catalogs of the `pnpm-workspace.yaml` files of a workspace, each read once (https://pnpm.io/catalogs). */
export class PnpmCatalogs {
  private readonly values = new Map<ReadFile, Record<string, unknown> | undefined>();
  /** By the folder of a package: packages have hundreds of dependencies that ask. */
  private readonly nearest = new Map<string, Promise<Record<string, unknown> | undefined>>();

  constructor(private readonly files: ProjectFiles) {}

  /** What `catalog:` and `catalog:name` stand for in the nearest `pnpm-workspace.yaml`. */
  async range(root: string, name: string, written: string): Promise<string | undefined> {
    let known = this.nearest.get(root);
    if (known === undefined) this.nearest.set(root, (known = this.find(root)));
    const workspace = await known;
    const which = written.slice('catalog:'.length);
    const catalogs = mapping(workspace?.['catalogs']);
    const isDefault = which === '' || which === 'default';
    const catalog = isDefault ? (workspace?.['catalog'] ?? catalogs?.['default']) : catalogs?.[which];
    return scalar(mapping(catalog)?.[name]);
  }

  private async find(root: string): Promise<Record<string, unknown> | undefined> {
    for (let folder = root; ; folder = path.dirname(folder)) {
      const file = await this.files.readAt(path.join(folder, 'pnpm-workspace.yaml'));
      if (file) return this.read(file);
      if (folder === path.dirname(folder)) return undefined;
    }
  }

  private read(file: ReadFile): Record<string, unknown> | undefined {
    if (!this.values.has(file)) this.values.set(file, mapping(parseYaml(file.text)[0]));
    return this.values.get(file);
  }
}
