import path from 'node:path';
import { mapping, parseYaml, scalar } from '../../../base/texts/yamlValues';
import type { ProjectFiles, ReadFile } from '../projectFiles';

/** The catalogs of the `pnpm-workspace.yaml` files of a workspace, each read once (https://pnpm.io/catalogs). */
export class PnpmCatalogs {
  private readonly values = new Map<ReadFile, Record<string, unknown> | undefined>();

  constructor(private readonly files: ProjectFiles) {}

  /** What `catalog:` and `catalog:name` stand for in the nearest `pnpm-workspace.yaml`. */
  async range(root: string, name: string, written: string): Promise<string | undefined> {
    for (let folder = root; ; folder = path.dirname(folder)) {
      const file = await this.files.readAt(path.join(folder, 'pnpm-workspace.yaml'));
      if (file) {
        const workspace = this.read(file);
        const which = written.slice('catalog:'.length);
        const catalogs = mapping(workspace?.['catalogs']);
        const isDefault = which === '' || which === 'default';
        const catalog = isDefault ? (workspace?.['catalog'] ?? catalogs?.['default']) : catalogs?.[which];
        return scalar(mapping(catalog)?.[name]);
      }
      if (folder === path.dirname(folder)) return undefined;
    }
  }

  private read(file: ReadFile): Record<string, unknown> | undefined {
    if (!this.values.has(file)) this.values.set(file, mapping(parseYaml(file.text)[0]));
    return this.values.get(file);
  }
}
