import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { nullLogger } from '../../../src/base/logger';
import { LintControl } from '../../../src/engine/lint/lintControl';
import { Refutations } from '../../../src/lint/proof/refutations';
import type { LintEngineSettings } from '../../../src/protocol/lint';
import { withFolder } from '../../support/mappingWorkspace';
import { sharedSyntax } from '../../support/syntaxGolden';
import { testSettings } from './engineProcess';

const FILES = { 'package.json': '{}', 'server.js': 'fetch("/");\n' };

/** Counts how often something asks for the parser, which every reading of a workspace begins with. */
async function withControl(
  lint: Partial<LintEngineSettings>,
  work: (control: LintControl, readings: () => Promise<number>, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(FILES, async (folder) => {
    let asked = 0;
    const control = new LintControl({
      logger: nullLogger,
      syntax: () => {
        asked++;
        return sharedSyntax();
      },
      openText: () => undefined,
      openFiles: () => new Set(),
      proof: () => undefined,
      refutations: () => new Refutations(),
      publish: () => undefined,
    });
    const readings = async (): Promise<number> => {
      for (let turn = 0; turn < 50; turn++) await setImmediate();
      return asked;
    };
    control.configure([folder], { ...testSettings().lint, ...lint });
    await work(control, readings, folder);
    control.dispose();
  });
}

describe('when lint reads the workspace', () => {
  it('waits for a document where only open files are shown', async () => {
    await withControl({ scope: 'openFiles' }, async (control, readings, folder) => {
      assert.equal(await readings(), 0);
      control.documentChanged(path.join(folder, 'server.js'), FILES['server.js']);
      control.documentChanged(path.join(folder, 'server.js'), FILES['server.js'] + '\n');
      assert.equal((await control.result())?.units.length, 1);
      assert.equal(await readings(), 1);
    });
  });

  it('does not wait where the whole workspace is shown, or somebody asks', async () => {
    await withControl({ scope: 'workspace' }, async (control) => {
      assert.equal((await control.result())?.units.length, 1);
    });
    await withControl({ scope: 'openFiles' }, async (control, readings) => {
      assert.equal(await readings(), 0);
      assert.equal((await control.result())?.units.length, 1);
    });
  });

  it('never does where it is switched off', async () => {
    await withControl({ scope: 'off' }, async (control, readings, folder) => {
      control.documentChanged(path.join(folder, 'server.js'), FILES['server.js']);
      assert.equal(await control.result(), undefined);
      assert.equal(await readings(), 0);
    });
  });
});
