import path from 'node:path';
import type { Evidence } from '../evidence';
import { importedFiles } from '../project/java/importedFiles';
import type { ProcessUnit } from '../project/processUnit';

/** A property's name as Spring's relaxed binding compares it: `observation-enabled` is `observationEnabled`. */
export function canonical(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '');
}

/** A property that some profile sets. */
export interface GivenProperty {
  readonly value: string;
  readonly at: Evidence;
  /** The profile it is for; undefined for all, and for what the environment says. */
  readonly profile?: string;
}

/** What the unit's environment and its property files, of all profiles, say of a property; the environment first. */
export function valuesOf(unit: ProcessUnit, key: string): readonly GivenProperty[] {
  const wanted = canonical(key);
  const variable = wanted.replace(/\./g, '');
  const set = unit.deployment.environment.flatMap(({ name, value, at }) =>
    value !== undefined && name.toLowerCase().replace(/[_.-]/g, '') === variable ? [{ value, at }] : [],
  );
  return [...set, ...(unit.properties ?? []).filter((property) => canonical(property.key) === wanted)];
}

/** What is said of a property first. */
export function propertyOf(unit: ProcessUnit, key: string): GivenProperty | undefined {
  return valuesOf(unit, key)[0];
}

/** Whether a property is `true` in any profile. */
export function isSwitchedOn(unit: ProcessUnit, key: string): boolean {
  return valuesOf(unit, key).some(({ value }) => isTrue(value));
}

/** Whether a value is `true`; a placeholder may stand for it. */
export function isTrue(value: string): boolean {
  return /^\s*(true|yes|on|\$\{.*)\s*$/i.test(value);
}

/** Whether what is not said here may be said where it was not read: by a config server, in files that are left out. */
export function mayBeSaidElsewhere(unit: ProcessUnit): boolean {
  return hasRemoteProperties(unit) || (unit.properties ?? []).length === 0;
}

/** Whether properties come from somewhere that is not among the files. */
function hasRemoteProperties(unit: ProcessUnit): boolean {
  if (unit.properties?.some(({ served }) => served)) return false;
  if (
    unit.properties?.some(({ key }) =>
      /^spring\.cloud\.(config\.(uri|name|enabled)|consul\.config|nacos\.config)/.test(key),
    )
  )
    return true;
  if (
    unit.properties?.some(
      ({ key, value }) => /^spring\.config\.import/.test(key) && /configserver:|consul:|vault:|nacos:/.test(value),
    )
  )
    return true;
  if (importsMissingFile(unit)) return true;
  for (const name of unit.dependencies.keys())
    if (
      /:(spring-cloud-starter-config|spring-cloud-config-client|spring-cloud-starter-consul-config|spring-cloud-starter-alibaba-nacos-config|spring-cloud-starter-kubernetes-\w+-config)$/.test(
        name,
      )
    )
      return true;
  return false;
}

/** Names of property files that are about what is asked here, or about all things. */
const MAY_SAY =
  /kafka|stream|messag|event|rabbit|broker|observ|trac|telemetry|otel|monitor|manage|common|shared|base|default/i;

/** Whether a property file that others import for sure, and that may be about this, is not among the files. */
function importsMissingFile({ properties = [] }: ProcessUnit): boolean {
  const read = new Set(properties.map(({ at }) => path.basename(at.file)));
  return importedFiles(properties).some(({ name, isOptional }) => !isOptional && MAY_SAY.test(name) && !read.has(name));
}
