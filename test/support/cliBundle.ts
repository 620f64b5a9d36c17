import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = path.join(__dirname, '..', '..');

/** The command line, built as the package does, in a folder of its own. */
export class CliBundle {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'spanlight-cli-'));
  readonly script = path.join(this.folder, 'dist', 'cli.js');

  constructor() {
    buildSync({
      entryPoints: [path.join(ROOT, 'src/cli/main.ts')],
      outfile: this.script,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'silent',
      alias: { 'web-tree-sitter': path.join(ROOT, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
    });
    writeFileSync(path.join(this.folder, 'package.json'), '{"version":"1.2.3"}');
  }

  /** Writes a file into the folder. */
  write(name: string, content: string | Uint8Array): string {
    writeFileSync(path.join(this.folder, name), content);
    return name;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
