import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildPrograms } from './builtPrograms';

/** The command line as the package has it, in a folder of its own. */
export class CliBundle {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'spanlight-cli-'));
  readonly script = path.join(this.folder, 'dist', 'cli.js');

  /** What is run from here leaves nothing in the cache folder of the user. */
  constructor() {
    process.env['NODE_DISABLE_COMPILE_CACHE'] ??= '1';
    buildPrograms(path.dirname(this.script));
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
