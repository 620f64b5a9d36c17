import { pushTo } from '../../base/tables/pushTo';
import { basename, dirname } from '../paths/fileLookup';
import { folderId, type Folder, type ProjectRoots } from '../paths/projectRoots';
import { isTest } from '../../base/fileRoles';
import type { WorkspaceFile } from '../workspace/workspaceFiles';

/** Folders that hold one folder per service. */
const CONTAINER =
  /^(services?|apps?|src|packages|cmd|microservices|modules|projects|backend|servers?|workers?|functions|lambdas)$/i;

/** Folders that only look like a service: its description, its deployment, what it shares. */
const ASIDE =
  /(^|\/)(docs?|charts?|helm|k8s|kubernetes|deploy(ment)?s?|manifests?|infra|terraform|scripts?|protos?|pb|generated|grafana|otel[\w-]*|types|migrations|static|templates|public|assets)(\/|$)/i;

/** Below it folders are packages, which are named after companies and products. */
const PACKAGES = /(^|\/)src\/\w+\/(java|kotlin|scala|groovy)\//;

/** What a match costs that ignores the first word of a service's name. */
const WITHOUT_PREFIX = 0.15;

/** What a match costs that ignores what kind of service a project says it is: `rest-orders` of "orders-service". */
const WITHOUT_KIND = 0.12;

/** What a match costs that takes the end of a project's name alone, below a folder called like the service's beginning. */
const END_OF_NAME = 0.22;

/** What stands in front of a project's name where one folder holds services of several kinds. */
const KIND_IN_FRONT = /^(rest|grpc|http|api|svc|service|ms)[-_.]/i;

/** What a match costs at least that leaves out a part of a service's own name. */
const SHORTENED = 0.05;

/** Words that only say that something is a service: many a folder inside one project is called so too. */
const KIND_OF_SERVICE = /^(services?|svc|servers?|api|apps?|backend|workers?|web|core|common|main)$/;

/** Folders with source files in or below them, by the plain form of their name. */
export class FolderNames {
  private readonly byName = new Map<string, Folder[]>();
  /** By the names of the folder and the one around it: `shop/backend` is the home of "shop-backend". */
  private readonly byPath = new Map<string, Folder[]>();
  /** Projects whose name begins with the kind of service, by the rest. */
  private readonly byRest = new Map<string, Folder[]>();
  /** Projects by the last part of a name of several: `Web` of `Shop.Web`. */
  private readonly byEnd = new Map<string, Folder[]>();
  private readonly holding = new Set<string>();

  constructor(
    sources: Iterable<WorkspaceFile>,
    private readonly roots: ProjectRoots,
  ) {
    for (const file of sources) {
      if (isTest(file.relative)) continue;
      for (let relative = dirname(file.relative); relative !== ''; relative = dirname(relative)) {
        const folder = { folder: file.folder, relative };
        if (this.holding.has(folderId(folder))) break;
        this.holding.add(folderId(folder));
        if (ASIDE.test(relative)) continue;
        pushTo(this.byName, plain(basename(relative)), folder);
        const parent = dirname(relative);
        if (parent !== '' && !PACKAGES.test(relative))
          pushTo(this.byPath, plain(basename(parent)) + plain(basename(relative)), folder);
        const name = basename(relative);
        if (!/[-_.]/.test(name) || !roots.has(folder)) continue;
        if (KIND_IN_FRONT.test(name)) pushTo(this.byRest, plain(name.replace(KIND_IN_FRONT, '')), folder);
        pushTo(this.byEnd, plain(name.split(/[-_.]/).at(-1)!), folder);
      }
    }
  }

  /** Whether source files that are no tests lie in or below a folder; always so for the top. */
  holdsSource(folder: Folder): boolean {
    return folder.relative === '' || this.holding.has(folderId(folder));
  }

  /** Folders called like a service, with a score: a project of its own beats a folder among services beats any. */
  find(service: string): { folder: Folder; score: number }[] {
    const found: { folder: Folder; score: number }[] = [];
    for (const [name, penalty] of variants(service)) {
      if (penalty < SHORTENED) {
        for (const folder of this.byPath.get(name) ?? []) found.push({ folder, score: this.score(folder) });
      }
      for (const folder of this.byName.get(name) ?? []) {
        // Of "shop-api" the folder "api" of some application's source is not the home: only a project of that name is.
        if (penalty === WITHOUT_PREFIX && KIND_OF_SERVICE.test(name) && !this.roots.has(folder)) continue;
        found.push({ folder, score: this.score(folder) - penalty });
      }
      if (found.length > 0) return found;
    }
    for (const folder of this.byRest.get(plain(withoutKind(service))) ?? []) {
      found.push({ folder, score: this.score(folder) - WITHOUT_KIND });
    }
    return found.length > 0 ? found : this.below(service);
  }

  /** Projects in a folder called like the beginning of a service's name that end in the rest: `demo/src/Shop.Web`. */
  private below(service: string): { folder: Folder; score: number }[] {
    const [, first, last] = /^([^-_./:]{2,})[-_.]([^-_./:]+)$/.exec(service) ?? [];
    if (first === undefined || last === undefined) return [];
    const ends = this.byEnd.get(plain(last)) ?? [];
    return ends
      .filter(({ relative }) => {
        const around = dirname(relative).split('/');
        return around.some((segment) => plain(segment) === plain(first));
      })
      .map((folder) => ({ folder, score: this.score(folder) - END_OF_NAME }));
  }

  private score(folder: Folder): number {
    const parent = basename(dirname(folder.relative));
    if (this.roots.has(folder)) return 0.72;
    return CONTAINER.test(parent) ? 0.62 : 0.5;
  }
}

/** Lower case, without what separates words. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function withoutKind(name: string): string {
  return name
    .split(/[/:]/)
    .at(-1)!
    .replace(/[-_.]?(service|svc|server|api|app|backend|worker)$/i, '');
}

/** The name itself first, then without its namespace, then without the words that only say that it is a service. */
function variants(service: string): [string, number][] {
  const last = service.split(/[/:]/).at(-1)!;
  const bare = withoutKind(service);
  const withoutPrefix = last.replace(/^[^-_.]+[-_.]/, '');
  const all: [string, number][] = [
    [plain(service), 0],
    [plain(last), 0.02],
    [plain(bare), 0.08],
    [`${plain(bare)}service`, 0.08],
    [`${plain(bare)}api`, 0.1],
    [plain(withoutPrefix), WITHOUT_PREFIX],
  ];
  return all.filter(([name], i) => name.length > 1 && all.findIndex(([other]) => other === name) === i);
}
