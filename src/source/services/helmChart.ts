import { basename, dirname } from '../paths/fileLookup';
import type { ProjectRoots } from '../paths/projectRoots';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import type { Declared, NamedService, ServiceDeclaration } from './serviceDeclaration';
import { isServiceName, serviceOfResourceAttributes } from './serviceDeclaration';
import { mapping, parseYaml, scalar, sequence } from '../../base/texts/yamlValues';

/** Keys of values that say nothing of which component they are about. */
const GENERIC =
  /^(env|envs|envVars|env[_-]?overrides|extraEnv(Vars)?|environment|config|configMap|data|containers?|deployment|image|app|default|global|otel|opentelemetry|telemetry|tracing|components|services|apps|spec|template|pod)$/i;

const TELEMETRY = /^(otel|opentelemetry|telemetry|tracing)$/i;

/** Folders of charts that are called like no program. */
const CHARTS = /^(charts?|helm|templates|deploy(ments?)?|k8s|kubernetes|infra)$/i;

/** In templates, which are no YAML. */
const IN_TEMPLATE = /-\s*name:\s*["']?OTEL_SERVICE_NAME["']?\s*\n\s*value:\s*["']?([\w./-]+)["']?\s*$/gm;

const MOST_DEPTH = 8;

/** A name with the component it is set for; undefined for the chart as a whole. */
interface SetName {
  readonly service: string;
  readonly component: string | undefined;
}

/** Whether a file holds the values or a template of a Helm chart. */
export function isHelmFile(relative: string): boolean {
  return /(^|\/)(values[\w.-]*|templates\/[\w./-]+)\.ya?ml$/i.test(relative);
}

/** Names that a chart gives to what it deploys: the project that the chart lies in, or one called like the component. */
export function readHelmFile(file: WorkspaceFile, text: string, roots: ProjectRoots): Declared {
  const isTemplate = /(^|\/)templates\//.test(file.relative);
  const found = isTemplate
    ? [...text.matchAll(IN_TEMPLATE)].map(([, service]) => ({ service: service!, component: undefined }))
    : parseYaml(text).flatMap((document) => namesIn(document, undefined, '', 0));
  const names = found.filter(({ service }) => isServiceName(service));
  const ofChart = names.filter(({ component }) => component === undefined);
  // A chart that names several services says not which is whose.
  const isOne = new Set(ofChart.map(({ service }) => service)).size === 1;
  const home = roots.nearest(file);
  const declarations: ServiceDeclaration[] = [];
  const named: NamedService[] = [];
  for (const { service, component } of isOne ? names : names.filter((one) => one.component !== undefined)) {
    const alias = component ?? chartName(file.relative);
    if (component === undefined && home.relative !== '')
      declarations.push({ service, folder: home, score: 0.9, from: file.relative });
    else if (alias !== undefined) named.push({ service, alias, score: 0.85, from: file.relative });
  }
  return { declarations, named };
}

function namesIn(value: unknown, component: string | undefined, parent: string, depth: number): SetName[] {
  if (depth > MOST_DEPTH) return [];
  if (Array.isArray(value)) {
    return sequence(value).flatMap((item) => {
      const row = mapping(item);
      const service = row && nameOf(scalar(row['name']) ?? '', row['value'], parent);
      return service === undefined ? namesIn(item, component, parent, depth + 1) : [{ service, component }];
    });
  }
  return Object.entries(mapping(value) ?? {}).flatMap(([key, inner]) => {
    const service = nameOf(key, inner, parent);
    if (service !== undefined) return [{ service, component }];
    return namesIn(inner, GENERIC.test(key) ? component : key, key, depth + 1);
  });
}

function nameOf(key: string, value: unknown, parent: string): string | undefined {
  const text = scalar(value);
  if (text === undefined) return undefined;
  if (key === 'OTEL_RESOURCE_ATTRIBUTES') return serviceOfResourceAttributes(text);
  return key === 'OTEL_SERVICE_NAME' || (key === 'serviceName' && TELEMETRY.test(parent)) ? text : undefined;
}

/** `charts/orders/values.yaml` to `orders`. */
function chartName(relative: string): string | undefined {
  for (let at = dirname(relative); at !== ''; at = dirname(at)) if (!CHARTS.test(basename(at))) return basename(at);
  return undefined;
}
