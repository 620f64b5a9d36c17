/** What lint mends in Java, compiled with the real libraries. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { javaCheck } from '../../src/lint/java/check';
import { runTool } from '../support/servers/runTool';
import { missingFor, serversRequired } from '../support/servers/toolchains';
import { MICROMETER, pom } from '../unit/lint/java/projects';
import { applyFix, lintProject, type FoundPlace } from '../unit/lint/support/lintProject';
import { SDK_CLASSES, SPRING_CLASSES, type JavaClass } from './support/mended/javaClasses';
import { javaJars } from './support/mended/javaJars';

/** Named, as newer compilers run no processor that they only find on the class path. */
const LOMBOK = 'lombok.launch.AnnotationProcessorHider$AnnotationProcessor';

const SDK = ['io.opentelemetry:opentelemetry-sdk:1.40.0'];

const missing = missingFor('opensearch');
const title = 'what lint mends in Java compiles';
if (missing !== undefined && !serversRequired()) describe(title, () => void it(`is left out: ${missing.reason}`));
else describe(title, suite);

function suite(this: Mocha.Suite): void {
  this.timeout(10 * 60_000);

  it('in the classes of all rules together', async () => {
    const jars = await javaJars(console.log);
    const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-java-'));
    try {
      const files: string[] = [];
      const classes = [...Object.entries(SPRING_CLASSES), ...Object.entries(SDK_CLASSES)];
      for (const [name, made] of classes) {
        const file = path.join(folder, name, 'Made.java');
        await mkdir(path.dirname(file));
        await writeFile(file, await mended(name, made, Object.hasOwn(SDK_CLASSES, name) ? SDK : MICROMETER));
        files.push(file);
      }
      const args = ['-d', path.join(folder, 'out'), '-cp', jars, '-processor', LOMBOK, '-Xlint:none', ...files];
      await runTool({ what: 'compiling what lint mended', command: 'javac', args, cwd: folder }, () => {});
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** The file of a class after the fix of the only thing that is found in it. */
async function mended(name: string, made: JavaClass, dependencies: readonly string[]): Promise<string> {
  const file = `src/main/java/com/acme/${name}/Made.java`;
  const imports = [...made.imports].sort().map((one) => `import ${one};\n`);
  const files = {
    'pom.xml': pom('orders', ...dependencies),
    [file]: `package com.acme.${name};\n\n${imports.join('')}\n${made.body}`,
  };
  const findings = await foundBy(made.rule, files);
  assert.equal(findings.length, 1, `${name}: ${made.rule} ${findings.length} times`);
  const fixed = applyFix(files, findings[0]!.finding);
  assert.notEqual(fixed[file], files[file], `${name}: no fix`);
  assert.deepEqual(await foundBy(made.rule, fixed), [], `${name}: still found\n${fixed[file]}`);
  return fixed[file]!;
}

async function foundBy(rule: string, files: Readonly<Record<string, string>>): Promise<readonly FoundPlace[]> {
  return (await lintProject(javaCheck, files)).findings.filter((one) => one.rule === rule);
}
