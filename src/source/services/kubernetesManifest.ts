import { basename, dirname, joinRelative } from '../paths/fileLookup';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import type { Declared, NamedService, ServiceDeclaration } from './serviceDeclaration';
import { isServiceName, serviceOfResourceAttributes } from './serviceDeclaration';
import { mapping, parseYaml, scalar, sequence } from '../../base/texts/yamlValues';

/** Whether a YAML text may be a Kubernetes workload or a Skaffold file: looked at before it is parsed. */
export function isKubernetesManifest(text: string): boolean {
  return /^kind:\s*["']?(Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod|Config|Rollout)\b/m.test(text);
}

/** Workloads (names, images and environment of their containers) and Skaffold's image → folder. */
export function readKubernetesManifest(file: WorkspaceFile, text: string): Declared {
  const declarations: ServiceDeclaration[] = [];
  const named: NamedService[] = [];
  for (const document of parseYaml(text)) {
    const root = mapping(document);
    if (!root) continue;
    const spec = mapping(root['spec']);
    const pod = mapping(mapping(spec?.['template'])?.['spec']) ?? spec;
    const workload = scalar(mapping(root['metadata'])?.['name']);
    for (const item of sequence(pod?.['containers'])) {
      const container = mapping(item);
      const image = imageName(scalar(container?.['image']));
      const alias = image ?? workload;
      if (!container || alias === undefined) continue;
      const explicit = environmentName(container['env']);
      if (isServiceName(explicit)) named.push({ service: explicit, alias, score: 0.9, from: file.relative });
      if (isServiceName(workload)) named.push({ service: workload, alias, score: 0.7, from: file.relative });
    }
    for (const item of sequence(mapping(root['build'])?.['artifacts'])) {
      const image = imageName(scalar(mapping(item)?.['image']));
      const relative = joinRelative(dirname(file.relative), scalar(mapping(item)?.['context']) ?? '.');
      if (!isServiceName(image) || relative === undefined || relative === '') continue;
      declarations.push({
        service: image,
        folder: { folder: file.folder, relative },
        score: 0.75,
        from: file.relative,
      });
    }
  }
  return { declarations, named };
}

/** `ghcr.io/shop/orders:1.2@sha256:…` to `orders`. */
function imageName(image: string | undefined): string | undefined {
  const name = image === undefined ? undefined : basename(image.replace(/@.*$/, '')).replace(/:.*$/, '');
  return name === '' ? undefined : name;
}

function environmentName(environment: unknown): string | undefined {
  for (const item of sequence(environment)) {
    const row = mapping(item);
    const value = scalar(row?.['value']);
    if (value === undefined) continue;
    if (row?.['name'] === 'OTEL_SERVICE_NAME') return value;
    if (row?.['name'] === 'OTEL_RESOURCE_ATTRIBUTES') return serviceOfResourceAttributes(value);
  }
  return undefined;
}
