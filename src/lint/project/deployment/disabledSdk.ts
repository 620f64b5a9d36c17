import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { ProcessUnit } from '../processUnit';

/** Files that deploy for tests or for one's own machine: what is off there is on elsewhere. */
const ASIDE = /(^|[-_.])(tests?|testing|ci|e2e|dev|develop|development|local|override|sample|example)([-_.]|$)/i;

/**
 * Where the deployment of a process switches the SDK off by `OTEL_SDK_DISABLED=true`, which the SDKs of Node and Python obey
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/); undefined where another file leaves it on.
 */
export function disabledSdk({ root, deployment: { environment, commands } }: ProcessUnit): Evidence | undefined {
  const isAside = ({ file }: Evidence): boolean =>
    path
      .relative(root, file)
      .split(path.sep)
      .some((part) => ASIDE.test(part));
  const said = environment.filter(({ name, at }) => name === 'OTEL_SDK_DISABLED' && !isAside(at));
  const off = said.filter(({ value }) => value?.toLowerCase() === 'true');
  if (off.length === 0 || off.length < said.length) return undefined;
  const files = new Set(off.map(({ at }) => at.file));
  const others = [...environment.map(({ at }) => at), ...commands].filter((at) => !isAside(at));
  // An image and the manifests of scripts say what runs, whatever the deployment around them sets.
  const isDeployment = ({ file }: Evidence): boolean => /\.(ya?ml|tpl)$/i.test(file);
  return others.some((at) => isDeployment(at) && !files.has(at.file)) ? undefined : off[0]!.at;
}
