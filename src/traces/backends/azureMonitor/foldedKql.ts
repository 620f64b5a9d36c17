import type { AzureDialect } from './azureDialect';

/** Where an exporter may have put an attribute instead of keeping it. */
export interface FoldedColumn {
  /** What the column says of it, as a text; undefined where only that there is something. */
  readonly text?: string;
  /** Rows that it may be folded in. */
  readonly when: string;
}

const IS_CALL = 'isnotempty(DependencyType)';

/** Columns that attributes are given back from (`azureFolded`), by the names of these. */
export function foldedColumn(name: string, { requests, dependencies }: AzureDialect): FoldedColumn | undefined {
  const isRequest = `Type == "${requests}"`;
  const ofType = { text: 'DependencyType', when: `Type == "${dependencies}"` };
  switch (name) {
    case 'http.response.status_code':
    case 'rpc.grpc.status_code':
      return { text: 'ResultCode', when: 'isnotempty(ResultCode)' };
    case 'http.request.method':
      return { text: 'tostring(split(Name, " ")[0])', when: 'isnotempty(Name)' };
    case 'http.route':
      return { text: 'tostring(split(Name, " ")[1])', when: isRequest };
    case 'url.full':
      return { text: `iff(${isRequest}, Url, Data)`, when: `(isnotempty(Url) or isnotempty(Data))` };
    case 'db.statement':
      return { text: 'Data', when: 'isnotempty(Data)' };
    case 'db.system':
      return ofType;
    case 'messaging.system':
    case 'rpc.system':
      return { when: IS_CALL };
    case 'server.address':
    case 'server.port':
    case 'db.namespace':
      return { when: 'isnotempty(Target)' };
    case 'service.version':
      return { text: 'AppVersion', when: 'isnotempty(AppVersion)' };
    case 'service.instance.id':
      return { text: 'AppRoleInstance', when: 'isnotempty(AppRoleInstance)' };
    default:
      return undefined;
  }
}
