import assert from 'node:assert/strict';
import type { Folder } from '../../../../src/source/paths/projectRoots';
import { BoundFolders } from '../../../../src/source/services/boundFolders';
import { ServiceScope } from '../../../../src/source/services/serviceScope';
import type { WorkspaceFile } from '../../../../src/source/workspace/workspaceFiles';

const FOLDERS = ['a', 'a/b', 'a/b/c', 'd', 'e/f'];

function folder(relative: string): Folder {
  return { folder: '/w', relative };
}

function files(): WorkspaceFile[] {
  return ['x.ts', 'a/x.ts', 'a/b/x.ts', 'a/b/c/x.ts', 'a/b/y/x.ts', 'd/x.ts', 'e/x.ts', 'e/f/x.ts', 'ab/x.ts', 'z/x.ts']
    .flatMap((name) => [name, `${name}.js`])
    .map((relative) => ({ path: `/w/${relative}`, folder: '/w', relative }));
}

describe('what lies in the reach of a service', () => {
  it('is the same of many items as of each, in their order', () => {
    const all = files();
    const items = all.map(({ path }) => ({ file: path }));
    const fileOf = ({ file }: { file: string }): WorkspaceFile | undefined => all.find(({ path }) => path === file);
    for (const taken of [[], ['a'], ['a/b', 'd'], FOLDERS]) {
      const bound = new BoundFolders();
      for (const one of taken) bound.add(folder(one));
      for (const own of [undefined, '', ...FOLDERS, 'a/b/y', 'z']) {
        const scope = new ServiceScope(own === undefined ? undefined : folder(own), bound);
        const each = items.filter((item) => scope.allows(fileOf(item)!));
        assert.deepEqual(scope.inReach(items, fileOf), each, `${own ?? 'none'} of ${taken.join(' ')}`);
      }
    }
  });

  it('changes with the folders that are bound', () => {
    const all = files();
    const items = all.map(({ path }) => ({ file: path }));
    const fileOf = ({ file }: { file: string }): WorkspaceFile | undefined => all.find(({ path }) => path === file);
    const bound = new BoundFolders();
    const scope = new ServiceScope(folder('a'), bound);
    assert.equal(scope.inReach(items, fileOf).length, items.length);
    bound.add(folder('d'));
    assert.equal(scope.inReach(items, fileOf).length, items.length - 2);
    assert.equal(scope.inReach([...items, { file: '/w/gone.ts' }], fileOf).length, items.length - 2);
  });
});
