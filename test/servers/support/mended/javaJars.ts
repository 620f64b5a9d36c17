import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { cached, type Log } from '../../../support/cacheFolder';
import { copyMavenDependencies } from '../../../support/servers/mavenJars';

/** Spring Boot's version, and those of what it brings. */
const BOOT = '3.3.4';

const ARTIFACTS = [
  `org.springframework.boot:spring-boot:${BOOT}`,
  'org.springframework:spring-webflux:6.1.13',
  'org.springframework.kafka:spring-kafka:3.2.4',
  'org.springframework.amqp:spring-rabbit:3.1.7',
  'io.micrometer:context-propagation:1.1.1',
  'io.opentelemetry:opentelemetry-sdk:1.40.0',
  'org.projectlombok:lombok:1.18.34',
];

/** The class path of Spring Boot's parts and OpenTelemetry's SDK, fetched once (35 MB). */
export async function javaJars(log: Log): Promise<string> {
  const folder = await cached(`spring-boot-${BOOT}`, log, (target) =>
    copyMavenDependencies(`Spring Boot ${BOOT}`, ARTIFACTS, target, log),
  );
  const lib = path.join(folder, 'lib');
  const jars = await readdir(lib);
  return jars.map((name) => path.join(lib, name)).join(path.delimiter);
}
