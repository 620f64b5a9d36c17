import assert from 'node:assert/strict';
import ignore from 'ignore';
import { IgnoreHint } from '../../../../src/source/workspace/ignoreHint';
import { IgnoreRules, isSkippedFolder } from '../../../../src/source/workspace/ignoreRules';

const LINES = [
  '*.log',
  '!keep.log',
  'node',
  '/top',
  'a/b/c',
  'gen/*',
  '**/cache/**',
  '*.tar.gz',
  'x?z.*',
  'Build/',
  '# note',
  '\\#odd',
  '[ab].txt',
  '*.py[cod]',
  '[Bb]in/',
  '*~',
  '[z-a].c',
  'sp ace',
  'foo/**/bar.js',
  'deep/app/t-*/**',
  '[xy]/*/**',
  '*',
  '!*.ts',
];

const PATHS = [
  'a.log',
  'keep.log',
  'A.LOG',
  'node/',
  'node',
  'src/node',
  'top',
  'src/top',
  'a/b/c',
  'b/c',
  'gen/x',
  'gen/',
  'gen/y/',
  'src/gen/x',
  'p/cache/q/r',
  'x.tar.gz',
  'xyz.ts',
  'xyz',
  'build/',
  'build',
  '#odd',
  'a.txt',
  'c.txt',
  'x.pyc',
  'bin/',
  'Bin/',
  'x~',
  'sp ace',
  'foo/1/2/bar.js',
  'deep/app/t-1/a.ts',
  'deep/app/t-1/',
  'deep/app/other',
  'x/y/z.ts',
  'main.ts',
  '.log',
];

function mayConcern(hint: IgnoreHint, at: string): boolean {
  const cut = at.lastIndexOf('/', at.length - 2) + 1;
  return hint.mayConcern(at.slice(0, cut), at.slice(cut));
}

describe('ignore rules', () => {
  it('a hint misses nothing that the rules concern', () => {
    for (const count of [1, 2]) {
      for (let i = 0; i + count <= LINES.length; i++) {
        const text = LINES.slice(i, i + count).join('\n');
        const rules = ignore().add(text);
        const hint = new IgnoreHint(text);
        for (const at of PATHS) {
          const { ignored, unignored } = rules.test(at);
          const parents = at.split('/').slice(0, -1);
          const isInIgnored = parents.some((_, j) => rules.ignores(`${parents.slice(0, j + 1).join('/')}/`));
          if ((ignored || unignored) && !isInIgnored) assert.ok(mayConcern(hint, at), `${text} and ${at}`);
        }
      }
    }
  });

  it('says quickly no for what no line names', () => {
    const hint = new IgnoreHint('node_modules\n*.log\ndist/\napps/web/.env.local\n');
    for (const at of ['src/main.ts', 'src/', 'package.json']) assert.equal(mayConcern(hint, at), false);
  });

  it('a deeper file overrules those above it', () => {
    const rules = IgnoreRules.none.with('', () => '*.gen.ts\n').with('src', () => '!a.gen.ts\n');
    assert.deepEqual(
      ['a.gen.ts', 'src/a.gen.ts', 'src/b.gen.ts', 'src/b.ts'].map((at) => rules.ignores(at)),
      [true, false, true, false],
    );
  });

  it('goes into the folders with a dot that hold modules, and no others', () =>
    assert.deepEqual(
      ['.server', '.client', '.vscode', '.devcontainer', '.git', '.next', '.serverless'].map((name) =>
        isSkippedFolder(name, []),
      ),
      [false, false, false, false, true, true, true],
    ));
});
