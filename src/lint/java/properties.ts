import type { Evidence } from '../evidence';
import type { ProcessUnit } from '../project/processUnit';

/** A property's name as Spring's relaxed binding compares it: `observation-enabled` is `observationEnabled`. */
export function canonical(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '');
}

/** A property that some profile sets. */
export interface GivenProperty {
  readonly value: string;
  readonly at: Evidence;
}

/** What any of the unit's property files, or its environment, says of a property. */
export function propertyOf(unit: ProcessUnit, key: string): GivenProperty | undefined {
  const wanted = canonical(key);
  const given = unit.properties?.find((property) => canonical(property.key) === wanted);
  if (given) return given;
  const variable = wanted.replace(/\./g, '');
  for (const { name, value, at } of unit.deployment.environment)
    if (value !== undefined && name.toLowerCase().replace(/_/g, '') === variable) return { value, at };
  return undefined;
}

/** Whether a property is `true` in any profile. */
export function isSwitchedOn(unit: ProcessUnit, key: string): boolean {
  const wanted = canonical(key);
  return (
    (unit.properties ?? []).some(({ key: one, value }) => canonical(one) === wanted && isTrue(value)) ||
    isTrue(propertyOf(unit, key)?.value)
  );
}

/** A placeholder may stand for `true`. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^\s*(true|yes|on|\$\{.*)\s*$/i.test(value);
}

/** Whether properties come from somewhere that is not among the files. */
export function hasRemoteProperties(unit: ProcessUnit): boolean {
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
  for (const name of unit.dependencies.keys())
    if (
      /:(spring-cloud-starter-config|spring-cloud-config-client|spring-cloud-starter-consul-config|spring-cloud-starter-alibaba-nacos-config|spring-cloud-starter-kubernetes-\w+-config)$/.test(
        name,
      )
    )
      return true;
  return false;
}
