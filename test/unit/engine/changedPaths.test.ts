import assert from 'node:assert/strict';
import path from 'node:path';
import { changedPaths } from '../../../src/engine/workspace/changedPaths';
import { withFolder } from '../../support/mappingWorkspace';

describe('what an event on disk is about', () => {
  it('is the file, if it is read', async () => {
    await withFolder({ 'a.go': '', 'a.log': '' }, (folder) => {
      assert.deepEqual(changedPaths(path.join(folder, 'a.go')), [path.join(folder, 'a.go')]);
      assert.deepEqual(changedPaths(path.join(folder, 'a.log')), []);
      assert.deepEqual(changedPaths(path.join(folder, 'gone.log')), []);
      return Promise.resolve();
    });
  });

  it('is what is read in a folder that came, and nothing of what tools keep', async () => {
    const tree = {
      'shop/package.json': '{}',
      'shop/src/deep/a.ts': '',
      'shop/src/notes.md': '',
      'shop/node_modules/b/index.js': '',
    };
    await withFolder(tree, (folder) => {
      const found = changedPaths(path.join(folder, 'shop')).map((file) => path.relative(folder, file));
      assert.deepEqual(found.sort(), ['shop/package.json', 'shop/src/deep/a.ts']);
      assert.deepEqual(changedPaths(path.join(folder, 'shop/node_modules')), []);
      return Promise.resolve();
    });
  });
});
