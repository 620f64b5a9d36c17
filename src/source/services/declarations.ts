import { pushTo } from '../../base/tables/pushTo';
import { folderId, type Folder } from '../paths/projectRoots';
import { EXPLICIT_SCORE, type Declared, type NamedService, type ServiceDeclaration } from './serviceDeclaration';

/** What the workspace says of services, by their names: case and what separates words do not count. */
export class Declarations {
  private readonly byService = new Map<string, ServiceDeclaration[]>();
  private readonly namedBy = new Map<string, NamedService[]>();
  /** Folder → the folded names of the services that telemetry or its configuration puts there. */
  private readonly explicitIn = new Map<string, Set<string>>();
  /** The same of all services, however they were declared. */
  private readonly allIn = new Map<string, Set<string>>();
  /** Folder → the services that are declared there, as they are written. */
  private readonly namesAt = new Map<string, Set<string>>();
  /** Services declared as a telemetry name in so many words. */
  readonly explicit = new Set<string>();

  constructor({ declarations, named }: Declared = { declarations: [], named: [] }) {
    for (const declaration of declarations) {
      const service = fold(declaration.service);
      pushTo(this.byService, service, declaration);
      put(this.allIn, folderId(declaration.folder), service);
      put(this.namesAt, folderId(declaration.folder), declaration.service);
      if (declaration.score < EXPLICIT_SCORE) continue;
      this.explicit.add(declaration.service);
      put(this.explicitIn, folderId(declaration.folder), service);
    }
    for (const one of named) pushTo(this.namedBy, fold(one.service), one);
  }

  of(service: string): readonly ServiceDeclaration[] {
    return this.byService.get(fold(service)) ?? [];
  }

  /** Names that only say what the service's folder may be called. */
  aliasesOf(service: string): readonly NamedService[] {
    return this.namedBy.get(fold(service)) ?? [];
  }

  /** Another service that is declared in a folder, in which this one is not. */
  otherAt(folder: Folder, service: string): string | undefined {
    const names = [...(this.namesAt.get(folderId(folder)) ?? [])];
    return names.some((name) => fold(name) === fold(service)) ? undefined : names[0];
  }

  /** Several services declared in code or configuration of one folder: the folder tells none of them apart. */
  isShared(folder: Folder, service: string): boolean {
    const services = this.explicitIn.get(folderId(folder));
    return services !== undefined && services.size > (services.has(fold(service)) ? 1 : 0);
  }

  /** Other services are built from the same folder: one called like the service says more. */
  isCommon(folder: Folder, service: string): boolean {
    const services = this.allIn.get(folderId(folder));
    return services !== undefined && services.size > (services.has(fold(service)) ? 1 : 0);
  }
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[_.\s]/g, '-');
}
