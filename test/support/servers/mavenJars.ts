import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../cacheFolder';
import { runTool } from './runTool';

/** Puts one artifact, `group:name:version:type:classifier`, into `target`. */
export async function copyMavenArtifact(name: string, artifact: string, target: string, log: Log): Promise<void> {
  const args = ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${target}`];
  await runTool({ what: `fetching ${name}`, command: 'mvn', args, cwd: target }, log);
}

/** Puts artifacts, each `group:name:version`, and all that they need into `<target>/lib`. */
export async function copyMavenDependencies(
  name: string,
  artifacts: readonly string[],
  target: string,
  log: Log,
): Promise<void> {
  await writeFile(path.join(target, 'pom.xml'), pom(artifacts));
  const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'];
  await runTool({ what: `fetching ${name}`, command: 'mvn', args, cwd: target }, log);
}

function pom(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version] = artifact.split(':');
    return `    <dependency>
      <groupId>${group}</groupId>
      <artifactId>${id}</artifactId>
      <version>${version}</version>
    </dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>spanlight</groupId>
  <artifactId>server</artifactId>
  <version>1</version>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}
