import assert from 'node:assert/strict';
import { line0 } from '../../../../src/base/positions';
import { missingFacts } from '../../../../src/lint/missingFacts';
import { mayTrace } from '../../../../src/lint/project/mayTrace';
import { filesOf, unitsById } from './units';

/** What the unit's manifests refer to that is not there, and whether its code is looked at for tracing. */
async function missingOf(files: Readonly<Record<string, string>>, id: string): Promise<[string[], string]> {
  const unit = (await unitsById(files)).get(id);
  assert.ok(unit, `no unit ${id}`);
  return [(unit.missing ?? []).map(({ text }) => text), mayTrace(unit)];
}

const POM = (parent: string): string => `<project>
  ${parent}
  <artifactId>orders</artifactId>
  <dependencies><dependency><groupId>org.acme</groupId><artifactId>x</artifactId></dependency></dependencies>
</project>`;

describe('lint: manifests that are not among the files', () => {
  it('says that a parent of Maven is missing, but not of those which manage versions only', async () => {
    const own = POM('<parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>1</version></parent>');
    assert.deepEqual(await missingOf({ 'a/pom.xml': own, 'a/A.java': '' }, 'a/pom.xml'), [
      ['its parent org.acme:parent is not among the files'],
      'by-code',
    ]);
    const boot = POM(
      '<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.0</version></parent>',
    );
    assert.deepEqual(await missingOf({ 'a/pom.xml': boot, 'a/A.java': '' }, 'a/pom.xml'), [[], 'no']);
    const parent = '<project><groupId>org.acme</groupId><artifactId>parent</artifactId><version>1</version></project>';
    assert.deepEqual(await missingOf({ 'pom.xml': parent, 'a/pom.xml': own, 'a/A.java': '' }, 'a/pom.xml'), [[], 'no']);
  });

  it('says which entries of a Gradle catalog, conventions, scripts and projects are missing', async () => {
    const build = `plugins { id 'shop.java-conventions' }
apply from: "$rootDir/gradle/tracing.gradle"
dependencies {
  implementation libs.spring.web
  implementation project(':common')
  implementation 'org.acme:x:1'
}
`;
    const [missing, traces] = await missingOf(
      { 'settings.gradle': '', 'orders/build.gradle': build, 'orders/A.java': '' },
      'orders/build.gradle',
    );
    assert.deepEqual(missing.sort(), [
      '../common is not among the files',
      'shop.java-conventions is not among the files',
      'tracing.gradle is not among the files',
      'what libs.spring.web stands for is not among the files',
    ]);
    assert.equal(traces, 'by-code');
  });

  it('reads a script that a Gradle build applies', async () => {
    const units = await unitsById({
      'settings.gradle': '',
      'gradle/tracing.gradle':
        "dependencies {\n  implementation 'io.micrometer:micrometer-tracing-bridge-otel:1.2.0'\n}\n",
      'orders/build.gradle':
        'apply from: "$rootDir/gradle/tracing.gradle"\ndependencies {\n  implementation \'org.acme:x:1\'\n}\n',
      'orders/A.java': '',
    });
    const unit = units.get('orders/build.gradle');
    assert.equal(unit?.missing, undefined);
    assert.equal(unit?.dependencies.get('io.micrometer:micrometer-tracing-bridge-otel')?.version, '1.2.0');
  });

  it('says that central versions, imported properties and projects of .NET are missing', async () => {
    const project = `<Project Sdk="Microsoft.NET.Sdk.Web">
  <Import Project="..\\build\\tracing.props" />
  <Import Project="local.props" Condition="Exists('local.props')" />
  <ItemGroup><PackageReference Include="Dapper" /><ProjectReference Include="..\\Lib\\Lib.csproj" /></ItemGroup>
</Project>`;
    const [missing, traces] = await missingOf({ 'a/a.csproj': project, 'a/P.cs': '' }, 'a/a.csproj');
    assert.deepEqual(missing, [
      'tracing.props is not among the files',
      'Directory.Packages.props is not among the files',
      'Lib.csproj is not among the files',
    ]);
    assert.equal(traces, 'by-code');
  });

  it('reads properties that a .NET project imports by a path', async () => {
    const units = await unitsById({
      'build/tracing.props':
        '<Project><ItemGroup><PackageReference Include="OpenTelemetry.Extensions.Hosting" Version="1.9.0" /></ItemGroup></Project>',
      'a/a.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><Import Project="$(MSBuildThisFileDirectory)..\\build\\tracing.props" /></Project>',
      'a/P.cs': '',
    });
    assert.equal(units.get('a/a.csproj')?.dependencies.get('opentelemetry.extensions.hosting')?.version, '1.9.0');
    assert.equal(units.get('a/a.csproj')?.missing, undefined);
  });

  it('ends where files of MSBuild import each other', async () => {
    const units = await unitsById({
      'a/a.csproj': '<Project Sdk="Microsoft.NET.Sdk"><Import Project="../x.props" /></Project>',
      'x.props': '<Project><Import Project="y.props" /></Project>',
      'y.props': '<Project><Import Project="x.props" /><Import Project="a/a.csproj" /></Project>',
      'a/P.cs': '',
    });
    assert.ok(units.has('a/a.csproj'));
  });

  it('says which included requirements and local packages of Python are missing', async () => {
    const files = { 'requirements.txt': '-r base.txt\n-e ../common\nflask\n', 'app.py': '' };
    assert.deepEqual(await missingOf(files, 'requirements.txt'), [
      ['base.txt is not among the files', '../common is not among the files'],
      'by-code',
    ]);
    const tests = { 'requirements.txt': 'flask\n', 'requirements-dev.txt': '-r lint.txt\n', 'app.py': '' };
    assert.deepEqual(await missingOf(tests, 'requirements.txt'), [[], 'no']);
  });

  it('says which packages of its workspace a package of Node needs and has not', async () => {
    const files = {
      'package.json': '{"dependencies": {"@acme/tracing": "workspace:*", "express": "^4", "lib": "file:../lib"}}',
      'index.js': '',
    };
    assert.deepEqual(await missingOf(files, 'package.json'), [
      ['@acme/tracing of this workspace is not among the files', '../lib is not among the files'],
      'by-code',
    ]);
    const both = {
      'a/package.json': '{"dependencies": {"b": "workspace:*", "c": "^1"}}',
      'a/index.js': '',
      'b/package.json': '{"name": "b", "dependencies": {"c": "^1"}}',
      'b/index.js': '',
    };
    assert.deepEqual(await missingOf(both, 'a/package.json'), [[], 'no']);
  });

  it('says so in the explanation, of a few', () => {
    const range = { startLine: line0(3), startColumn: 0, endLine: line0(3), endColumn: 9 };
    const missing = Array.from({ length: 9 }, (_, i) => ({ file: '/p/pom.xml', range, text: `p${i} is not there` }));
    const [fact, ...others] = missingFacts({ missing });
    assert.deepEqual([fact?.topic, fact?.evidence.length, others], ['unknown', 5, []]);
    assert.deepEqual(missingFacts({}), []);
  });

  it('knows what is missing of what a unit uses', async () => {
    const files = {
      'a/package.json': '{"dependencies": {"b": "workspace:*"}}',
      'a/index.js': '',
      'b/package.json': '{"name": "b", "dependencies": {"@acme/tracing": "workspace:^"}}',
      'b/index.js': '',
    };
    const [missing] = await missingOf(files, 'a/package.json');
    assert.deepEqual(missing, ['@acme/tracing of this workspace is not among the files']);
  });
});

describe('lint: workspace packages that are bundled', () => {
  it('are part of a program that declares them for development; settings of tools are not', async () => {
    const units = await unitsById({
      'package.json': '{"workspaces": ["*"]}',
      'worker/package.json':
        '{"private": true, "devDependencies": {"@a/tracing": "workspace:*", "@a/eslint-config": "workspace:*"}}',
      'worker/main.ts': '',
      'tracing/package.json': '{"name": "@a/tracing"}',
      'tracing/index.ts': '',
      'lint/package.json': '{"name": "@a/eslint-config"}',
      'lint/index.js': '',
    });
    assert.deepEqual(filesOf(units.get('worker/package.json')), ['tracing/index.ts', 'worker/main.ts']);
  });
});
