import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { NODE_BUNDLE, placeSyntaxAssets } from './nodeBundles';

const ROOT = path.join(__dirname, '..', '..');

/** The command line, built as the package does, in a folder of its own. */
export class CliBundle {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'spanlight-cli-'));
  readonly script = path.join(this.folder, 'dist', 'cli.js');

  constructor() {
    buildSync({ ...NODE_BUNDLE, entryPoints: [path.join(ROOT, 'src/cli/main.ts')], outfile: this.script });
    placeSyntaxAssets(path.dirname(this.script));
    writeFileSync(path.join(this.folder, 'package.json'), '{"version":"1.2.3"}');
  }

  /** Writes a file into the folder, with the folders it lies in. */
  write(name: string, content: string | Uint8Array): string {
    mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
    writeFileSync(path.join(this.folder, name), content);
    return name;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
