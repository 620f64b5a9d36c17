import { mapping, parseYaml, scalar, sequence } from '../../../base/texts/yamlValues';
import type { EvidenceContext } from '../../candidate';
import { endsWith, parseRoute } from '../../index/routeShape';
import type { WorkspaceFile } from '../../workspace/workspaceFiles';

/** Where Symfony's applications and bundles keep their routes. */
const ROUTE_FILE =
  /(^|\/)(config\/(routes|routing)([/_.][^/]*)*|config\/routes\/.+|Resources\/config\/(routing|routes)[^/]*)\.ya?ml$/i;

/** A route of a configuration file: name → path, methods and controller. */
interface ConfiguredRoute {
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
  /** `App\Orders.show`. */
  readonly controller: string;
}

/**
 * The controllers that Symfony's route files give a request: by the route's name, or by its path.
 * @param method undefined where the span does not say.
 */
export async function configuredControllers(
  wanted: string,
  method: string | undefined,
  context: EvidenceContext,
): Promise<string[]> {
  const fitting: { file: WorkspaceFile; controller: string }[] = [];
  context.touch('paths');
  for (const file of context.files.all()) {
    if (!ROUTE_FILE.test(file.relative) || !context.scope.allows(file)) continue;
    for (const route of await context.parsed(file.path, readRoutes)) {
      const isMeant = wanted.includes('/') ? samePath(route.path, wanted) : route.name === wanted;
      const answers = method === undefined || route.methods.length === 0 || route.methods.includes(method);
      if (isMeant && answers) fitting.push({ file, controller: route.controller });
    }
  }
  // Applications side by side have routes of the same name.
  const near = context.scope.nearest(fitting, ({ file }) => file);
  return [...new Set(near.map(({ controller }) => controller))];
}

function samePath(written: string, wanted: string): boolean {
  const [own, sent] = [parseRoute(written)[0]?.segments ?? [], parseRoute(wanted)[0]?.segments ?? []];
  return own.length === sent.length && endsWith(sent, own, false);
}

function readRoutes(text: string): ConfiguredRoute[] {
  const routes: ConfiguredRoute[] = [];
  for (const document of parseYaml(text)) {
    for (const [name, value] of Object.entries(mapping(document) ?? {})) {
      const route = mapping(value);
      const path = scalar(route?.['path']);
      const written = scalar(route?.['controller']) ?? scalar(mapping(route?.['defaults'])?.['_controller']);
      if (route === undefined || path === undefined || written === undefined) continue;
      const given = [...sequence(route['methods']).map(scalar), ...(scalar(route['methods'])?.split('|') ?? [])];
      const methods = given.flatMap((method) => method?.toUpperCase() ?? []);
      const controller = written.replace(/^\\/, '').replace(/::?(?=\w+$)/, '.');
      routes.push({
        name,
        path,
        methods,
        controller: controller.includes('.') ? controller : `${controller}.__invoke`,
      });
    }
  }
  return routes;
}
