import type { ProcessUnit } from '../project/processUnit';

/** The major version of Spring Boot that a process is built with, where its manifests tell. */
export function bootVersion(unit: ProcessUnit): number | undefined {
  for (const { name, version } of unit.dependencies.values()) {
    if (!name.startsWith('org.springframework.boot') || version === undefined) continue;
    const major = Number.parseInt(version, 10);
    if (!Number.isNaN(major)) return major;
  }
  return undefined;
}
